import type { ObservabilityPlan } from "./observability-plan.ts";

/** What tells the app's container from others, so that only its log is taken. */
export const logLabel = "holdfast_app";

/** Takes the app's log, which is one of ECS's JSON objects a line, from where Docker keeps it. */
export function createFilebeat({ name }: ObservabilityPlan): object {
  return {
    "filebeat.autodiscover": {
      providers: [
        {
          type: "docker",
          templates: [
            {
              condition: { equals: { [`docker.container.labels.${logLabel}`]: name } },
              config: [
                {
                  type: "filestream",
                  id: "holdfast-${data.docker.container.id}",
                  paths: ["/var/lib/docker/containers/${data.docker.container.id}/*.log"],
                  "prospector.scanner.symlinks": true,
                  parsers: [
                    { container: { stream: "all", format: "docker" } },
                    { ndjson: { target: "", overwrite_keys: true, add_error_key: true, expand_keys: true } },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
    "output.logstash": { hosts: ["logstash:5044"] },
    "logging.level": "warning",
  };
}

/** A line that is no JSON, such as one that Node itself writes in its last moments, is kept as a message. */
export function createPipeline(): string {
  return `input {
  beats {
    port => 5044
    ecs_compatibility => "v8"
  }
}

filter {
  if [error][type] == "json" {
    mutate {
      add_field => { "[log][level]" => "error" }
      remove_field => [ "[error]" ]
    }
  }
}

output {
  elasticsearch {
    hosts => [ "http://elasticsearch:9200" ]
    data_stream => true
    data_stream_type => "logs"
    data_stream_dataset => "holdfast"
    data_stream_namespace => "default"
  }
}
`;
}
