import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { defaultServerConfiguration } from "../../../src/model/server-configuration.ts";
import { writeObservability } from "../../../src/targets/artefacts/observability/write-observability.ts";
import { eventually } from "../../../src/testing/eventually.ts";
import { hasPrometheus } from "../../setup/prometheus.ts";
import { startMeasured } from "./measured-app.ts";

interface Answer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [number, string];
    }[];
  };
}

interface RulesAnswer {
  readonly data: {
    readonly groups: readonly {
      readonly rules: readonly {
        readonly name: string;
        readonly health: string;
        readonly lastError?: string;
      }[];
    }[];
  };
}

test.skipIf(!hasPrometheus())(
  "a real Prometheus reads an app with the files of build, and its rules can be evaluated",
  async () => {
    await using app = await startMeasured();
    const client = await app.connect();
    client.send({ action: "echo" });
    await client.next();
    await writeConfiguration(app.folder, new URL(app.local.metricsUrl ?? "").host);
    await using prometheus = await startPrometheus(app.folder);

    const ask = (query: string) => prometheus.get<Answer>(`query?query=${encodeURIComponent(query)}`);
    const first = async (query: string) => (await ask(query)).data.result[0];
    await eventually(async () => expect((await first("up"))?.value[1]).toBe("1"), 15_000);
    await eventually(
      async () => expect((await first("holdfast_connections_open"))?.value[1]).toBe("1"),
      5_000,
    );
    const received = await first('holdfast_messages_received_total{api="chat"}');
    expect(received).toMatchObject({
      metric: { job: "measured", stage: "production" },
      value: [expect.any(Number), "1"],
    });
    const quantile = "histogram_quantile(0.5, sum by (le) (holdfast_handler_duration_seconds_bucket))";
    expect(Number((await first(quantile))?.value[1])).toBeGreaterThan(0);

    await eventually(async () => {
      const { data } = await prometheus.get<RulesAnswer>("rules");
      const rules = data.groups.flatMap((group) => group.rules);
      expect(rules.length).toBeGreaterThan(8);
      expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);
    }, 10_000);
  },
);

/** What build writes, but for where the app is, and for the pace. */
async function writeConfiguration(folder: string, target: string): Promise<void> {
  const files = writeObservability(
    { app: { name: "measured" }, secrets: [] },
    { ...defaultServerConfiguration, stateDir: folder },
  );
  const read = (name: string): string =>
    String(files.find(({ path: file }) => file === `prometheus/${name}`)?.content);
  const text = stringify({
    ...(parse(read("prometheus.yml")) as object),
    global: { scrape_interval: "250ms", scrape_timeout: "250ms", evaluation_interval: "250ms" },
  });
  await writeFile(path.join(folder, "prometheus.yml"), text.replace("app:9797", target));
  await writeFile(path.join(folder, "alerts.yml"), read("alerts.yml"));
}

interface Prometheus extends AsyncDisposable {
  get<T>(path: string): Promise<T>;
}

async function startPrometheus(folder: string): Promise<Prometheus> {
  const port = await freePort();
  const child = spawn(
    "prometheus",
    [
      `--config.file=${path.join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${path.join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: "ignore" },
  );
  const exited = once(child, "exit");
  const get = async <T>(asked: string): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${asked}`);
    return (await answer.json()) as T;
  };
  return {
    get,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
