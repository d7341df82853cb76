/** One panel: what it shows, and the query and legend of each of its curves. */
export interface PanelPlan {
  readonly title: string;
  readonly description?: string;
  /** By Grafana's name. */
  readonly unit: string;
  readonly queries: readonly (readonly [expr: string, legend: string])[];
}

export interface RowPlan {
  readonly title: string;
  readonly panels: readonly PanelPlan[];
}

const ofJob = (more = ""): string => `{job="$job"${more}}`;
const ofApi = (more = ""): string => ofJob(`,api=~"$api"${more}`);
const rate = (metric: string, selector: string): string => `rate(${metric}${selector}[$__rate_interval])`;
const quantile = (share: number, metric: string, selector: string, by: string): string =>
  `histogram_quantile(${share}, sum by (le, ${by}) (${rate(`${metric}_bucket`, selector)}))`;

const connections: RowPlan = {
  title: "Connections",
  panels: [
    {
      title: "Open connections",
      unit: "short",
      queries: [[`sum by (api) (holdfast_connections_open${ofApi()})`, "{{api}}"]],
    },
    {
      title: "Opened and closed",
      unit: "cps",
      queries: [
        [`sum(${rate("holdfast_connections_opened_total", ofApi())})`, "opened"],
        [`sum by (code) (${rate("holdfast_connections_closed_total", ofApi())})`, "closed {{code}}"],
      ],
    },
    {
      title: "Handshakes refused",
      unit: "cps",
      queries: [[`sum by (status) (${rate("holdfast_handshakes_refused_total", ofJob())})`, "{{status}}"]],
    },
    {
      title: "Slow consumers dropped",
      description: "Clients that did not read what waited for them.",
      unit: "cps",
      queries: [[`sum by (api) (${rate("holdfast_slow_consumers_total", ofApi())})`, "{{api}}"]],
    },
    {
      title: "Rooms",
      unit: "short",
      queries: [[`sum by (api) (holdfast_rooms${ofApi()})`, "{{api}}"]],
    },
  ],
};

const messages: RowPlan = {
  title: "Messages",
  panels: [
    {
      title: "Messages",
      unit: "cps",
      queries: [
        [`sum by (api) (${rate("holdfast_messages_received_total", ofApi())})`, "{{api}} in"],
        [`sum by (api) (${rate("holdfast_messages_sent_total", ofApi())})`, "{{api}} out"],
      ],
    },
    {
      title: "Bytes",
      unit: "Bps",
      queries: [
        [`sum by (api) (${rate("holdfast_received_bytes_total", ofApi())})`, "{{api}} in"],
        [`sum by (api) (${rate("holdfast_sent_bytes_total", ofApi())})`, "{{api}} out"],
      ],
    },
    {
      title: "Messages in flight",
      unit: "short",
      queries: [[`sum by (api, state) (holdfast_messages_in_flight${ofApi()})`, "{{api}} {{state}}"]],
    },
    {
      title: "Errors, as AWS counts them",
      unit: "cps",
      queries: [
        [`sum(${rate("holdfast_client_error_total", ofJob())})`, "ClientError"],
        [`sum(${rate("holdfast_integration_error_total", ofJob())})`, "IntegrationError"],
        [`sum(${rate("holdfast_execution_error_total", ofJob())})`, "ExecutionError"],
      ],
    },
    {
      title: "Integration latency",
      unit: "s",
      queries: [
        [quantile(0.5, "holdfast_integration_latency_seconds", ofJob(), "route"), "p50 {{route}}"],
        [quantile(0.99, "holdfast_integration_latency_seconds", ofJob(), "route"), "p99 {{route}}"],
      ],
    },
  ],
};

const handlers: RowPlan = {
  title: "Handlers and queues",
  panels: [
    {
      title: "Invocations",
      unit: "cps",
      queries: [
        [
          `sum by (event, route, outcome) (${rate("holdfast_handler_invocations_total", ofJob())})`,
          "{{event}} {{route}} {{outcome}}",
        ],
      ],
    },
    {
      title: "Handler duration, p99",
      unit: "s",
      queries: [
        [quantile(0.99, "holdfast_handler_duration_seconds", ofJob(), "event, route"), "{{event}} {{route}}"],
      ],
    },
    {
      title: "Invocations under way",
      unit: "short",
      queries: [[`sum by (state) (holdfast_invocations${ofJob()})`, "{{state}}"]],
    },
    {
      title: "Messages in queues",
      unit: "short",
      queries: [[`sum by (queue, state) (holdfast_queue_messages${ofJob()})`, "{{queue}} {{state}}"]],
    },
    {
      title: "Topics' deliveries under way",
      unit: "short",
      queries: [[`holdfast_topic_deliveries_pending${ofJob()}`, "pending"]],
    },
  ],
};

const http: RowPlan = {
  title: "HTTP",
  panels: [
    {
      title: "Requests",
      unit: "reqps",
      queries: [[`sum by (route, status) (${rate("http_requests_total", ofJob())})`, "{{route}} {{status}}"]],
    },
    {
      title: "Response time",
      unit: "s",
      queries: [
        [quantile(0.5, "http_response_time", ofJob(), "route"), "p50 {{route}}"],
        [quantile(0.99, "http_response_time", ofJob(), "route"), "p99 {{route}}"],
      ],
    },
  ],
};

const process: RowPlan = {
  title: "Process",
  panels: [
    {
      title: "Event loop lag",
      unit: "s",
      queries: [
        [`nodejs_eventloop_lag_p50_seconds${ofJob()}`, "p50"],
        [`nodejs_eventloop_lag_p99_seconds${ofJob()}`, "p99"],
      ],
    },
    {
      title: "Processor",
      description: "Of the gateway's process; 100 % is one core. Functions run in processes of their own.",
      unit: "percentunit",
      queries: [[rate("process_cpu_seconds_total", ofJob()), "processor"]],
    },
    {
      title: "Memory",
      unit: "bytes",
      queries: [
        [`process_resident_memory_bytes${ofJob()}`, "resident"],
        [`nodejs_heap_size_used_bytes${ofJob()}`, "heap in use"],
      ],
    },
    {
      title: "File descriptors",
      unit: "short",
      queries: [
        [`process_open_fds${ofJob()}`, "open"],
        [`process_max_fds${ofJob()}`, "at most"],
      ],
    },
    {
      title: "Free on the disk with the state",
      unit: "bytes",
      queries: [[`holdfast_state_disk_free_bytes${ofJob()}`, "free"]],
    },
    {
      title: "Reloads, and metrics left out",
      unit: "short",
      queries: [
        [`sum by (outcome) (holdfast_reloads_total${ofJob()})`, "reloads {{outcome}}"],
        [`holdfast_metrics_left_out_total${ofJob()}`, "left out"],
      ],
    },
  ],
};

export const dashboardRows: readonly RowPlan[] = [connections, messages, handlers, http, process];
