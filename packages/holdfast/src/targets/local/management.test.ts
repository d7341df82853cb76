import { expect, test } from "vitest";
import { serveHttp, type HttpServer } from "../../../test/e2e/gateway/http-server.ts";
import { ManualClock, systemClock, type Clock } from "../../base/clock.ts";
import { GoneError } from "../../base/errors.ts";
import { silentLog } from "../../base/log.ts";
import { respondNotFound } from "../../gateway/http-answer.ts";
import { IdSource } from "../../gateway/ids.ts";
import type { Exchange } from "../../ports/gateway-observer.ts";
import type { Connections } from "../../ports/connections.ts";
import { LocalManagement, type ManagedApi } from "./management.ts";

const ids = new IdSource(0);
const signature =
  "AWS4-HMAC-SHA256 Credential=any/20260925/us-east-1/execute-api/aws4_request, SignedHeaders=host, " +
  `Signature=${"0".repeat(64)}`;

/** An API with one connection, which is described as its own. */
function makeApi(
  apiId: string,
  door: string,
  path: string,
  messageBytes = 131_072,
): ManagedApi<string> & { readonly id: string } {
  const id = ids.connectionId();
  const only = <Result>(connectionId: string, result: Result): Promise<Result> =>
    connectionId === id ? Promise.resolve(result) : Promise.reject(new GoneError(connectionId));
  const gateway: Connections = {
    send: (connectionId) => only(connectionId, undefined),
    close: (connectionId) => only(connectionId, undefined),
    describe: (connectionId) =>
      only(connectionId, { connectionId, connectedAt: 0, lastActiveAt: 0, sourceIp: apiId }),
  };
  return { gateway, apiId, messageBytes, door, path, stage: "dev", id };
}

function serve(management: LocalManagement<string>, door: string | undefined): Promise<HttpServer> {
  const handle = management.handler(() => door);
  return serveHttp((request, response) => {
    if (!handle(request, response)) respondNotFound(request, response);
  });
}

/** Whose connection it is, or the status. */
async function ask(server: HttpServer, path: string, host = "localhost"): Promise<string | number> {
  const headers = { Host: host, Authorization: signature, "X-Amz-Date": "20260925T002229Z" };
  const { status, text } = await server.fetch(path, { headers });
  if (status !== 200) return status;
  return (JSON.parse(text) as { identity: { sourceIp: string } }).identity.sourceIp;
}

function makeManagement(
  apis: readonly ManagedApi<string>[],
  clock: Clock = systemClock,
): LocalManagement<string> {
  const signatures = { mode: "well-formed" } as const;
  const options = { region: "us-east-1", signatures, clock, log: silentLog };
  const management = new LocalManagement<string>(options);
  management.deploy(apis);
  return management;
}

test("the APIs of one port share its stage, and have their own paths and names on AWS", async () => {
  const [staged, pathed, other] = [
    makeApi("aaa", "first", "/dev"),
    makeApi("bbb", "first", "/chat"),
    makeApi("ccc", "second", "/dev"),
  ];
  await using first = await serve(makeManagement([staged, pathed, other]), "first");
  for (const stage of ["dev", "chat"])
    for (const api of [staged, pathed])
      expect(await ask(first, `/${stage}/@connections/${api.id}`)).toBe(api.apiId);
  expect(await ask(first, `/dev/@connections/${other.id}`)).toBe(410);
  const onAws = "ccc.execute-api.us-east-1.amazonaws.com";
  expect(await ask(first, `/dev/@connections/${other.id}`, onAws)).toBe("ccc");
  expect(await ask(first, `/dev/@connections/${staged.id}`, onAws)).toBe(410);
  expect(await ask(first, `/absent/@connections/${staged.id}`)).toBe(403);
});

test("a port without an API leaves the requests to its HTTP routes, until it has one", async () => {
  const management = makeManagement([]);
  await using server = await serve(management, "first");
  const api = makeApi("aaa", "first", "/dev");
  expect(await ask(server, `/dev/@connections/${api.id}`)).toBe(404);
  management.deploy([api]);
  expect(await ask(server, `/dev/@connections/${api.id}`)).toBe("aaa");
  await using unknown = await serve(management, undefined);
  expect(await ask(unknown, `/dev/@connections/${api.id}`)).toBe(404);
});

test("a body may be as large as the largest message of the port's APIs, and follows what they are deployed with", async () => {
  const small = makeApi("aaa", "first", "/dev", 10);
  const management = makeManagement([small]);
  await using server = await serve(management, "first");
  const post = async (bytes: number): Promise<number> => {
    const headers = { Authorization: signature, "X-Amz-Date": "20260925T002229Z" };
    const path = `/dev/@connections/${small.id}`;
    return (await server.fetch(path, { method: "POST", body: "x".repeat(bytes), headers })).status;
  };
  expect([await post(10), await post(11)]).toEqual([200, 413]);
  management.deploy([small, makeApi("bbb", "first", "/chat", 200_000)]);
  expect([await post(200_000), await post(200_001)]).toEqual([200, 413]);
});

test("observers are told when a call came, however long it took", async () => {
  const clock = new ManualClock(1_790_294_625_000);
  const told: Exchange[] = [];
  const { gateway, ...api } = makeApi("aaa", "first", "/dev");
  const slow = {
    ...gateway,
    observer: { handled: (exchange: Exchange) => void told.push(exchange), sent: () => {} },
    send: async () => clock.advance(5000),
  };
  await using server = await serve(makeManagement([{ ...api, gateway: slow }], clock), "first");
  const headers = { Authorization: signature, "X-Amz-Date": "20260925T002229Z" };
  await server.fetch(`/dev/@connections/${api.id}`, { method: "POST", body: "x", headers });
  expect(told).toMatchObject([
    { eventType: "CONNECTION_API", requestTimeMs: 1_790_294_625_000, status: 200 },
  ]);
});
