import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { request as sendRequest } from "node:http";
import { systemClock, type Clock } from "../../../src/base/clock.ts";
import { memoryLog } from "../../../src/base/log.ts";
import { createGateway } from "../../../src/gateway/engine.ts";
import { respondNotFound } from "../../../src/gateway/http-answer.ts";
import type { Policy } from "../../../src/model/iam/policy.ts";
import { readPolicy } from "../../../src/model/iam/read-policy.ts";
import { IdSource } from "../../../src/gateway/ids.ts";
import { startListener } from "../../../src/gateway/listener.ts";
import {
  createManagementApi,
  type ManagementApi,
  type ManagementOptions,
} from "../../../src/gateway/management/management-api.ts";
import { createManagementHandler } from "../../../src/gateway/management/management-handler.ts";
import { MemoryInvoker, type MemoryFunction } from "../../../src/host/memory-invoker.ts";
import { makeApi, makeRoute, Rig, type TestClient, type TestClientOptions } from "../gateway/rig.ts";

export const apiId = "a1b2c3";
export const accountId = "123456780000";
export const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" };

/** The ids of every answer, where a test looks at bytes. */
export const fixedIds: Pick<ManagementOptions, "ids" | "uuid"> = {
  ids: {
    requestId: () => "EOoPYFo9IAMEEHg=",
    traceId: () => "Root=1-6ab5bef1-6c5e5ce811a8599c7305d9ea",
  },
  uuid: () => "811f8360-e5a1-4689-8824-b59f9d2770de",
};

export interface ManagementRigOptions {
  /** By route key, beside those that every rig has. */
  readonly functions?: Readonly<Record<string, MemoryFunction>>;
  readonly clock?: Clock;
  readonly management?: Partial<ManagementOptions>;
}

/** A gateway with its management API on one port. */
export class ManagementRig implements AsyncDisposable {
  readonly gateway: Rig;
  readonly log: ReturnType<typeof memoryLog>;
  readonly #ids: readonly string[];

  constructor(gateway: Rig, log: ReturnType<typeof memoryLog>, ids: readonly string[]) {
    this.gateway = gateway;
    this.log = log;
    this.#ids = ids;
  }

  get port(): number {
    return this.gateway.port;
  }

  /** A client and the id that its `$connect` was told. */
  async connect(
    options: TestClientOptions = {},
  ): Promise<{ readonly client: TestClient; readonly id: string }> {
    const client = await this.gateway.connect(options);
    return { client, id: this.#ids.at(-1) ?? "" };
  }

  /** Why calls were refused, oldest first. */
  refusals(): string[] {
    return this.log.entries
      .filter(({ event }) => event === "management.refused")
      .map(({ fields }) => String(fields.message));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
  }
}

/** By default any well-formed signature is taken. */
export async function startManagementRig(options: ManagementRigOptions = {}): Promise<ManagementRig> {
  const { clock = systemClock, functions } = options;
  const log = memoryLog();
  const managements: ManagementApi[] = [];
  const listener = await startListener({
    host: "127.0.0.1",
    port: 0,
    mounts: [],
    http: respondNotFound,
    management: createManagementHandler(() => managements[0]),
    clock,
    log,
  });
  const ids: string[] = [];
  const invoker = new MemoryInvoker({
    $default: () => undefined,
    ...functions,
    $connect: (event) => {
      if ("connection" in event) ids.push(event.connection.connectionId);
      return functions?.$connect?.(event) ?? { statusCode: 200 };
    },
  });
  const routeKeys = new Set(["$connect", "$default", ...Object.keys(functions ?? {})]);
  const gateway = createGateway({
    api: makeApi([...routeKeys].map((key) => makeRoute(key))),
    apiId,
    stage: "dev",
    domainName: `localhost:${listener.port}`,
    node: 7,
    invoker,
    clock,
    log,
  });
  managements.push(
    createManagementApi({
      connections: gateway,
      apiId,
      region: "us-east-1",
      accountId,
      stages: () => new Set(["dev", "other"]),
      access: { mode: "well-formed" },
      ids: new IdSource(7),
      clock,
      log,
      ...options.management,
    }),
  );
  listener.setMounts([
    { gateway, kind: "stage", path: "/dev" },
    { gateway, kind: "host", path: "/dev", apiId },
  ]);
  return new ManagementRig(new Rig(gateway, listener, log), log, ids);
}

/** A policy, written as IAM has it. */
export function policyOf(...statements: readonly unknown[]): Policy {
  const reading = readPolicy({ Version: "2012-10-17", Statement: statements });
  if ("problems" in reading) throw new Error(reading.problems.join("\n"));
  return reading.policy;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export interface RawCall {
  readonly method: string;
  readonly path: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An HTTP call as it is written, with the answer's headers as they came. */
export function call(
  rig: { readonly port: number },
  { method, path, body, headers }: RawCall,
): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const request = sendRequest(
    { host: "127.0.0.1", port: rig.port, method, path, headers: { ...headers }, agent: false },
    (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const { rawHeaders, statusCode = 0 } = response;
        const pairs = rawHeaders.flatMap((name, at) =>
          at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ""] as const] : [],
        );
        resolve({ status: statusCode, headers: pairs, body: Buffer.concat(chunks).toString() });
      });
    },
  );
  request.on("error", reject);
  request.end(body);
  return promise;
}

export interface SigningOptions {
  readonly secretAccessKey?: string;
  readonly accessKeyId?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly service?: string;
  readonly at?: Date;
}

/** The same call, signed by an SDK's signer. */
export async function signedCall(
  rig: { readonly port: number },
  raw: RawCall,
  by: SigningOptions = {},
): Promise<RawAnswer> {
  const { region = "us-east-1", service = "execute-api", at = new Date(), ...own } = by;
  const signer = new SignatureV4({
    credentials: { ...credentials, ...own },
    region,
    service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = await signer.sign(
    {
      method: raw.method,
      protocol: "http:",
      hostname: "127.0.0.1",
      path: raw.path,
      query: {},
      headers: { host: `127.0.0.1:${rig.port}`, ...raw.headers },
      body: raw.body ?? "",
    },
    { signingDate: at },
  );
  return call(rig, { ...raw, headers: signed.headers });
}
