import { symlink } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  makeFolder,
  openClient,
  removeFolder,
  startDev,
  type Client,
  type DevProcess,
} from "../../support/holdfast.ts";
import { sdkApp } from "./sdk-app.ts";

const modules = fileURLToPath(new URL("../../../../../node_modules", import.meta.url));

let folder: string;
let dev: DevProcess;
let client: Client;
let api: { readonly domainName: string; readonly stage: string; readonly apiId: string };
let onAws: string;

beforeAll(async () => {
  folder = await makeFolder({ "app.ts": sdkApp });
  await symlink(modules, path.join(folder, "node_modules"));
  dev = await startDev(folder);
  client = await openClient(dev.ready.websockets.find(({ name }) => name === "websocket")?.url ?? "");
  api = (await ask("whoami")) as typeof api;
  onAws = `${api.apiId}.execute-api.us-east-1.amazonaws.com`;
});

afterAll(async () => {
  await dev?.stop();
  await removeFolder(folder);
});

/** What a route answers. */
async function ask(action: string, body: object = {}): Promise<unknown> {
  client.socket.send(JSON.stringify({ action, ...body }));
  return JSON.parse(await client.next(10_000));
}

/** What the client of a connection gets when its handler posts to it, and then the status of the post. */
async function post(sdk: "v2" | "v3", endpoint: string): Promise<readonly string[]> {
  client.socket.send(JSON.stringify({ action: sdk, endpoint }));
  const first = await client.next(10_000);
  return first === "posted" ? [first, await client.next(10_000)] : [first];
}

const forms: readonly (readonly [form: string, endpoint: () => string])[] = [
  ["https://{domainName}/{stage}", () => `https://${api.domainName}/${api.stage}`],
  ["https://{apiId}.execute-api.{region}.amazonaws.com/{stage}", () => `https://${onAws}/${api.stage}`],
  ["http://{domainName}/{stage}", () => `http://${api.domainName}/${api.stage}`],
];

it.each(forms)("SDK v3 posts to a connection with %s", async (_form, endpoint) => {
  expect(await post("v3", endpoint())).toEqual(["posted", "200"]);
});

it.each([
  ...forms,
  ["{domainName}/{stage}, without a scheme", () => `${api.domainName}/${api.stage}`] as const,
])("SDK v2 posts to a connection with %s", async (_form, endpoint) => {
  expect(await post("v2", endpoint())).toEqual(["posted", "200"]);
});

it("fetch, node:https and WebSocket reach it under its name on AWS and its own, with TLS and without", async () => {
  const hello = { status: 200, text: "hello" };
  expect(await ask("fetch", { url: `https://${api.domainName}/hello` })).toEqual(hello);
  expect(await ask("fetch", { url: `http://${api.domainName}/hello` })).toEqual(hello);
  for (const scheme of ["http", "https"])
    expect(await ask("fetch", { url: `${scheme}://${onAws}/${api.stage}` })).toMatchObject({ status: 426 });
  expect(await ask("https", { url: `https://${onAws}/${api.stage}` })).toBe(426);
  for (const scheme of ["ws", "wss"])
    expect(await ask("socket", { url: `${scheme}://${onAws}/${api.stage}` })).toEqual(api);
});

it("each API answers to its own name on AWS, those with another port too", async () => {
  const other = await openClient(dev.ready.websockets.find(({ name }) => name === "second")?.url ?? "");
  other.socket.send(JSON.stringify({ action: "whoami" }));
  const second = JSON.parse(await other.next()) as typeof api;
  other.socket.close();
  expect(second.apiId).not.toBe(api.apiId);
  expect(second.domainName).not.toBe(api.domainName);
  const url = `wss://${second.apiId}.execute-api.us-east-1.amazonaws.com/${second.stage}`;
  expect(await ask("socket", { url })).toEqual(second);
});

it("other services of AWS are refused at the gateway's port, with a hint in the answer and in the log", async () => {
  const host = "kinesis.us-east-1.amazonaws.com";
  expect(await ask("fetch", { url: `https://${host}/` })).toMatchObject({
    status: 501,
    text: expect.stringContaining("HOLDFAST_AWS_NAMES=off"),
  });
  const line = await dev.line(({ event }) => event === "listener.host-refused");
  expect(line).toMatchObject({ host, hint: expect.stringContaining("AWS_ENDPOINT_URL") });
});

it("functions find a region, credentials, authorities and the gateway in their environment", async () => {
  expect(await ask("environment")).toMatchObject({
    AWS_REGION: process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? "us-east-1",
    AWS_CA_BUNDLE: path.join(folder, ".holdfast/tls/bundle.pem"),
    NODE_EXTRA_CA_CERTS: path.join(folder, ".holdfast/tls/bundle.pem"),
    HOLDFAST_GATEWAY: api.domainName,
  });
});
