import { selector, type ObservabilityPlan } from "./observability-plan.ts";

interface Alert {
  readonly name: string;
  readonly expr: string;
  /** How long it has to hold. */
  readonly for: string;
  readonly severity: "critical" | "warning";
  readonly summary: string;
  readonly description: string;
}

export function createAlerts(plan: ObservabilityPlan): object {
  const alerts = [...aboutClients(plan), ...aboutHandlers(plan), ...aboutProcess(plan)];
  return {
    groups: [
      {
        name: "holdfast",
        rules: alerts.map(({ name, expr, for: holds, severity, summary, description }) => ({
          alert: name,
          expr,
          for: holds,
          labels: { severity },
          annotations: { summary, description },
        })),
      },
    ],
  };
}

function aboutClients(plan: ObservabilityPlan): readonly Alert[] {
  const { name, maximumConnections } = plan;
  return [
    {
      name: "HoldfastDown",
      expr: `up${selector(plan)} == 0`,
      for: "1m",
      severity: "critical",
      summary: `${name} does not answer`,
      description:
        "Its metrics could not be read for a minute. Look whether its process runs, and at its log.",
    },
    {
      name: "HoldfastSlowConsumers",
      expr: `sum by (api) (increase(holdfast_slow_consumers_total${selector(plan)}[10m])) > 20`,
      for: "0m",
      severity: "warning",
      summary: `Clients of ${name} are dropped because they do not read`,
      description:
        "{{ $value }} clients of {{ $labels.api }} in ten minutes. Send less, or less often, or look at limits.outboxBytes.",
    },
    {
      name: "HoldfastHandshakesRefused",
      expr: `sum(rate(holdfast_handshakes_refused_total${selector(plan, 'status=~"429|5.."')}[5m])) > 1`,
      for: "5m",
      severity: "warning",
      summary: `${name} turns clients away`,
      description:
        "More than one handshake a second is refused for want of room, or fails. The log says why.",
    },
    ...(maximumConnections === 0
      ? []
      : [
          {
            name: "HoldfastNearConnectionLimit",
            expr: `sum(holdfast_connections_open${selector(plan)}) > 0.9 * ${maximumConnections}`,
            for: "5m",
            severity: "warning",
            summary: `${name} has almost as many connections as it may have`,
            description: `{{ $value }} of ${maximumConnections} (limits.connections); more are refused with 503.`,
          } as const,
        ]),
  ];
}

function aboutHandlers(plan: ObservabilityPlan): readonly Alert[] {
  const { name } = plan;
  const invocations = (more = ""): string =>
    `sum by (event, api, route) (rate(holdfast_handler_invocations_total${selector(plan, more)}[5m]))`;
  const durations = `sum by (le, event, api, route) (rate(holdfast_handler_duration_seconds_bucket${selector(plan)}[5m]))`;
  return [
    {
      name: "HoldfastHandlerFailures",
      expr: `${invocations('outcome!="returned"')} / ${invocations()} > 0.05`,
      for: "5m",
      severity: "critical",
      summary: `Handlers of ${name} fail`,
      description:
        "{{ $value | humanizePercentage }} of the invocations of {{ $labels.event }} {{ $labels.api }} {{ $labels.route }} fail.",
    },
    {
      name: "HoldfastHandlersSlow",
      expr: `histogram_quantile(0.99, ${durations}) > 5`,
      for: "10m",
      severity: "warning",
      summary: `Handlers of ${name} are slow`,
      description:
        "One in a hundred of {{ $labels.event }} {{ $labels.api }} {{ $labels.route }} takes {{ $value | humanizeDuration }} or more.",
    },
    {
      name: "HoldfastInvocationsWaiting",
      expr: `holdfast_invocations${selector(plan, 'state="waiting"')} > 100`,
      for: "5m",
      severity: "warning",
      summary: `Invocations of ${name} wait for a process`,
      description: "{{ $value }} have waited for five minutes: handlers take more than the machine has.",
    },
  ];
}

function aboutProcess(plan: ObservabilityPlan): readonly Alert[] {
  const { name } = plan;
  const of = (metric: string): string => `${metric}${selector(plan)}`;
  return [
    {
      name: "HoldfastEventLoopLag",
      expr: `${of("nodejs_eventloop_lag_p99_seconds")} > 0.25`,
      for: "5m",
      severity: "warning",
      summary: `${name} falls behind`,
      description: "Its gateway is late by {{ $value | humanizeDuration }}: the machine is too busy for it.",
    },
    {
      name: "HoldfastFileDescriptors",
      expr: `${of("process_open_fds")} / ${of("process_max_fds")} > 0.8`,
      for: "5m",
      severity: "warning",
      summary: `${name} is about to run out of file descriptors`,
      description: "{{ $value | humanizePercentage }} are in use. Raise the limit (ulimit -n).",
    },
    {
      name: "HoldfastStateDiskNearlyFull",
      expr: `${of("holdfast_state_disk_free_bytes")} / ${of("holdfast_state_disk_size_bytes")} < 0.1`,
      for: "10m",
      severity: "critical",
      summary: `The disk with the state of ${name} is nearly full`,
      description: "{{ $value | humanizePercentage }} of it are free. Once it is full, writes fail.",
    },
    {
      name: "HoldfastMetricsLeftOut",
      expr: `increase(${of("holdfast_metrics_left_out_total")}[1h]) > 0`,
      for: "0m",
      severity: "warning",
      summary: `Metrics of ${name} are not whole`,
      description: "There are as many series as there may be, and what would begin another one is left out.",
    },
  ];
}
