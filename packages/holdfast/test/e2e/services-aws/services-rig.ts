import { symlink } from "node:fs/promises";
import { request } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { SignatureOptions } from "../../../src/targets/local/signature-options.ts";
import { start, type TestApp } from "../../../src/testing/index.ts";
import { makeFolder, removeFolder } from "../../support/holdfast.ts";

const modules = fileURLToPath(new URL("../../../../../node_modules", import.meta.url));

const app = `import { App } from "holdfast";
import AWS from "aws-sdk";

const app = new App("services");
export default app;
const tries = app.table("tries", { key: "id" });

app.function("echo", (input) => ({ echoed: input }));
app.function("nothing", () => {});
app.function("broken", () => { throw new TypeError("It does not work"); });
app.function("slow", { timeoutMs: 300 }, () => new Promise(() => {}));
app.function("huge", () => "x".repeat(6_291_455));
app.function("count", async ({ id, fail }) => {
  const count = ((await tries.get({ id }))?.count ?? 0) + 1;
  await tries.put({ id, count });
  if (fail) throw new Error("Again");
});
// As handlers do it: no endpoint, so that AWS's names are asked for.
app.function("inside", async () => {
  const { Account } = await new AWS.STS().getCallerIdentity().promise();
  const ssm = new AWS.SSM();
  await ssm.putParameter({ Name: "/inside", Value: "put", Type: "String" }).promise();
  const { Parameter } = await ssm.getParameter({ Name: "/inside" }).promise();
  const { Payload } = await new AWS.Lambda().invoke({ FunctionName: "echo", Payload: '"in"' }).promise();
  const dynamo = new AWS.DynamoDB.DocumentClient();
  await dynamo.put({ TableName: "tries", Item: { id: "inside", count: 7 } }).promise();
  const { Item } = await dynamo.get({ TableName: "tries", Key: { id: "inside" } }).promise();
  const refused = await new AWS.Kinesis({ maxRetries: 0 }).listStreams().promise().catch((error) => error);
  return { Account, value: Parameter.Value, payload: Payload.toString(), Item, refused: [refused.code, refused.message] };
});
`;

export interface ServicesRig extends AsyncDisposable {
  readonly app: TestApp;
  /** What SDKs are given. */
  readonly endpoint: string;
  /** A request as it is, over its own connection. */
  ask(options: RawRequest): Promise<RawAnswer>;
}

export interface RawRequest {
  readonly method?: string;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" };
export const region = "eu-west-1";

/** In the right form, and with no right signature. */
export function wellFormed(service: string): Readonly<Record<string, string>> {
  const scope = `${credentials.accessKeyId}/20260101/${region}/${service}/aws4_request`;
  return {
    "x-amz-date": "20260101T000000Z",
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
  };
}

export async function startServicesRig(signatures?: SignatureOptions): Promise<ServicesRig> {
  const folder = await makeFolder({ "app.ts": app });
  await symlink(modules, path.join(folder, "node_modules"));
  const running = await start(path.join(folder, "app.ts"), {
    environment: { AWS_REGION: region },
    ...(signatures !== undefined && { signatures }),
  });
  return {
    app: running,
    endpoint: running.http.replace(/\/$/, ""),
    ask: (options) => ask(running.http, options),
    async [Symbol.asyncDispose]() {
      await running.stop();
      await removeFolder(folder);
    },
  };
}

/** A request as it is, over a connection of its own. */
export function ask(
  base: string,
  { method = "GET", target = "/", headers = {}, body }: RawRequest,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(base);
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const sent = request({ host: hostname, port, method, path: target, headers, agent: false }, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => (text += chunk));
    response.on("end", () =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
    );
    response.on("error", reject);
  });
  sent.on("error", reject);
  // As curl does it with large bodies: the body follows once the server has asked for it.
  if (headers.expect === "100-continue") sent.on("continue", () => sent.end(body));
  else sent.end(body);
  return promise;
}
