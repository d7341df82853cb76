import { systemClock } from "../../../src/base/clock.ts";
import { memoryLog, silentLog } from "../../../src/base/log.ts";
import { StopperStack } from "../../../src/base/stopper.ts";
import { MemoryInvoker, type MemoryFunction } from "../../../src/host/memory-invoker.ts";
import type { WebSocketApi } from "../../../src/model/app-model.ts";
import { FrontDoor } from "../../../src/targets/local/front-door.ts";
import { openMetrics, type LocalMetrics } from "../../../src/targets/local/metrics.ts";
import { sampleModel } from "../../model/sample-model.ts";
import { call, type RawAnswer, type RawCall } from "../management/management-rig.ts";
import { makeApi, makeRoute, TestClient } from "./rig.ts";

const unusable = (): never => {
  throw new Error("Nothing here asks for it");
};

/** The local target's whole front with functions in memory: one API at the stage `dev`, its calls, its metrics. */
export class FrontRig implements AsyncDisposable {
  readonly front: FrontDoor;
  readonly log = memoryLog();
  readonly #keys: ReadonlySet<string>;
  readonly #ids: string[] = [];
  readonly #clients: TestClient[] = [];

  constructor(functions: Readonly<Record<string, MemoryFunction>>, meters?: LocalMetrics) {
    this.#keys = new Set(["$connect", ...Object.keys(functions)]);
    this.front = new FrontDoor({
      host: "127.0.0.1",
      port: 0,
      stage: "dev",
      appDir: "/",
      invoker: new MemoryInvoker({
        ...functions,
        $connect: (event) => {
          if ("connection" in event) this.#ids.push(event.connection.connectionId);
          return functions.$connect?.(event) ?? { statusCode: 200 };
        },
      }),
      records: { opened: () => {}, closed: () => {} },
      certificates: { fallback: unusable, forName: () => undefined },
      hostNames: [],
      signatures: { mode: "well-formed" },
      environment: {},
      serviceActions: { run: unusable },
      ...(meters && { meters }),
      clock: systemClock,
      log: this.log,
    });
  }

  /** From now on, for open connections too. */
  async deploy(api: Partial<WebSocketApi> = {}): Promise<void> {
    const routes = [...this.#keys].map((key) => makeRoute(key, { responds: !key.endsWith("connect") }));
    const webSocketApis = [makeApi(routes, api)];
    await this.front.deploy({ ...sampleModel, webSocketApis, httpRoutes: [], staticSites: [] });
  }

  get port(): number {
    return Number(new URL(this.front.http()).port);
  }

  /** A client and the id that its `$connect` was told. */
  async connect(query = ""): Promise<{ readonly client: TestClient; readonly id: string }> {
    const client = new TestClient(`ws://127.0.0.1:${this.port}/dev${query}`, {});
    this.#clients.push(client);
    await client.opened;
    return { client, id: this.#ids.at(-1) ?? "" };
  }

  /** A call of `@connections` under a signature in the right form, which the local target takes. */
  manage(method: string, id: string, change: Partial<RawCall> = {}): Promise<RawAnswer> {
    const path = `/dev/@connections/${encodeURIComponent(id)}`;
    return call(this, { method, path, headers: signed, ...change });
  }

  /** The access log. */
  lines(): string[] {
    return this.log.entries
      .filter(({ event }) => event === "access")
      .map(({ fields }) => String(fields.message));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.#clients) socket.terminate();
    await this.front.close();
  }
}

const signed = {
  Authorization:
    "AWS4-HMAC-SHA256 Credential=any/20260925/us-east-1/execute-api/aws4_request, SignedHeaders=host, " +
    `Signature=${"0".repeat(64)}`,
  "X-Amz-Date": "20260925T002229Z",
};

export interface FrontRigOptions {
  readonly functions: Readonly<Record<string, MemoryFunction>>;
  readonly api?: Partial<WebSocketApi>;
  readonly metrics?: boolean;
}

export async function startFront({ functions, api, metrics = false }: FrontRigOptions): Promise<FrontRig> {
  const rig = new FrontRig(
    functions,
    await openMetrics({ metrics, clock: systemClock, log: silentLog }, new StopperStack()),
  );
  await rig.deploy(api);
  return rig;
}
