import type { ObservabilityPlan } from "./observability-plan.ts";

export function createPrometheus({ name, metricsPort }: ObservabilityPlan): object {
  return {
    global: { scrape_interval: "15s", scrape_timeout: "10s", evaluation_interval: "15s" },
    rule_files: ["alerts.yml"],
    scrape_configs: [{ job_name: name, static_configs: [{ targets: [`app:${metricsPort}`] }] }],
  };
}
