import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { defaultServerConfiguration } from "../../../src/model/server-configuration.ts";
import { writeObservability } from "../../../src/targets/artefacts/observability/write-observability.ts";
import { hasCompose, hasPrometheus } from "../../setup/prometheus.ts";

const run = promisify(execFile);
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-observability-"));
  const configuration = { ...defaultServerConfiguration, stateDir: "/state" };
  for (const { path: name, content } of writeObservability(
    { app: { name: "chat" }, secrets: [] },
    configuration,
  )) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.skipIf(!hasPrometheus())("Prometheus takes its configuration, and the rules", async () => {
  const { stdout } = await run("promtool", [
    "check",
    "config",
    path.join(folder, "prometheus/prometheus.yml"),
  ]);
  expect(stdout).toContain("1 rule files found");
  expect(stdout).toMatch(/SUCCESS: \d+ rules found/);
});

/** By series, without the job: what each minute brings where all is well, and where nothing is. */
const series: Readonly<Record<string, readonly [well: string, ill: string]>> = {
  up: ["1x30", "0x30"],
  'holdfast_slow_consumers_total{api="a"}': ["0+1x30", "0+5x30"],
  'holdfast_handshakes_refused_total{status="503"}': ["0+1x30", "0+120x30"],
  'holdfast_connections_open{api="a"}': ["1000x30", "17000x30"],
  'holdfast_handler_invocations_total{event="message",api="a",route="r",outcome="returned"}': [
    "0+60x30",
    "0+60x30",
  ],
  'holdfast_handler_invocations_total{event="message",api="a",route="r",outcome="failed"}': [
    "0+1x30",
    "0+10x30",
  ],
  'holdfast_handler_duration_seconds_bucket{event="message",api="a",route="r",le="5"}': ["0+60x30", "0+1x30"],
  'holdfast_handler_duration_seconds_bucket{event="message",api="a",route="r",le="10"}': [
    "0+60x30",
    "0+60x30",
  ],
  'holdfast_handler_duration_seconds_bucket{event="message",api="a",route="r",le="+Inf"}': [
    "0+60x30",
    "0+60x30",
  ],
  'holdfast_invocations{state="waiting"}': ["3x30", "500x30"],
  nodejs_eventloop_lag_p99_seconds: ["0.01x30", "0.5x30"],
  process_open_fds: ["10x30", "90x30"],
  process_max_fds: ["100x30", "100x30"],
  holdfast_state_disk_free_bytes: ["50x30", "5x30"],
  holdfast_state_disk_size_bytes: ["100x30", "100x30"],
  holdfast_metrics_left_out_total: ["0x30", "0+1x30"],
};

function withJob(name: string): string {
  return name.includes("{") ? name.replace("{", '{job="chat",') : `${name}{job="chat"}`;
}

/** A case of promtool's: which alerts there are after twenty minutes. */
function alertCase(which: 0 | 1, alerts: readonly string[]): object {
  return {
    interval: "1m",
    input_series: Object.entries(series).map(([name, values]) => ({
      series: withJob(name),
      values: values[which],
    })),
    promql_expr_test: [
      {
        expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
        eval_time: "20m",
        exp_samples: alerts.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
      },
    ],
  };
}

test.skipIf(!hasPrometheus())(
  "every alert comes when there is reason to, and none when there is not",
  async () => {
    const rules = await readFile(path.join(folder, "prometheus/alerts.yml"), "utf8");
    const { groups } = parse(rules) as { groups: readonly { rules: readonly { alert: string }[] }[] };
    const alerts = groups.flatMap((group) => group.rules.map(({ alert }) => alert));
    const cases = { rule_files: ["alerts.yml"], tests: [alertCase(0, []), alertCase(1, alerts)] };
    const file = path.join(folder, "prometheus/cases.yml");
    await writeFile(file, stringify(cases));
    const { stdout } = await run("promtool", ["test", "rules", file]);
    expect(stdout).toContain("SUCCESS");
  },
);

test.skipIf(!hasCompose())("Compose takes its file", async () => {
  const { stdout } = await run("docker-compose", ["--file", "compose.yaml", "config", "--services"], {
    cwd: folder,
  });
  expect(stdout.split("\n")).toEqual(
    expect.arrayContaining(["app", "prometheus", "jaeger", "kibana", "filebeat"]),
  );
});
