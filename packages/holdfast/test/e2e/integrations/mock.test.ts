import { expect, test } from "vitest";
import type { Mapping, MockIntegration } from "../../../src/model/app-model.ts";
import { makeApi, makeRoute, startRig } from "../gateway/rig.ts";
import { makeMapping, makeResponse } from "./mapping.ts";

const mock = (mapping: Mapping): MockIntegration => ({ kind: "mock", mapping });
const status = (code: number, change: Partial<Mapping> = {}) =>
  makeMapping({ requestTemplates: { "application/json": `{"statusCode": ${code}}` }, ...change });

test("a mock answers with no backend, and by its own status code", async () => {
  const ping = status(200, {
    templateSelectionExpression: "\\$default",
    responses: [makeResponse("/5../", "wrong"), makeResponse("/200/", `{"pong": "$context.connectionId"}`)],
  });
  const chosen = makeMapping({
    requestTemplates: {
      $default: `#if($input.path('$.ok'))#set($s = 201)#{else}#set($s = 500)#end{"statusCode": $s}`,
    },
    responses: [makeResponse("/2\\d\\d/", "fine"), makeResponse("$default", "other")],
  });
  await using rig = await startRig({
    functions: {},
    api: makeApi([
      makeRoute("$connect", { integration: mock(status(200)) }),
      makeRoute("ping", { integration: mock(ping), responds: true }),
      makeRoute("choose", { integration: mock(chosen), responds: true }),
      makeRoute("quiet", { integration: mock(ping) }),
    ]),
  });
  const client = await rig.connect();
  client.send({ action: "ping" });
  const { pong } = JSON.parse(await client.next()) as { pong: string };
  expect((await rig.gateway.describe(pong)).connectionId).toBe(pong);
  client.send({ action: "quiet" });
  client.send({ action: "choose", ok: true });
  expect(await client.next()).toBe("fine");
  client.send({ action: "choose" });
  expect(await client.next()).toBe("other");
});

test("a mock refuses a handshake with its status code and template", async () => {
  const mapping = status(403, { responses: [makeResponse("/403/", `{"stage": "$context.stage"}`)] });
  await using rig = await startRig({
    functions: {},
    api: makeApi([makeRoute("$connect", { integration: mock(mapping) })]),
  });
  expect(await rig.refusal()).toMatchObject({ status: 403, body: '{"stage": "dev"}' });
});

test.each([
  ["gives no status code", makeMapping({ requestTemplates: { $default: "hello" } }), "INTEGRATION_FAILED"],
  ["has no response for it", status(200, { responses: [makeResponse("/5../")] }), "INTEGRATION_FAILED"],
  [
    "fails in its template",
    makeMapping({ requestTemplates: { $default: "$util.parseJson('{')" } }),
    "MAPPING_TEMPLATE_FAILED",
  ],
])("a mock that %s is an internal error, which the log explains", async (_what, mapping, code) => {
  await using rig = await startRig({
    functions: {},
    api: makeApi([makeRoute("$default", { integration: mock(mapping) })]),
  });
  const client = await rig.connect();
  client.send("x");
  expect(await client.next()).toMatch(/^\{"message": "Internal server error"/);
  expect(rig.log.entries.at(-1)).toMatchObject({ level: "error", fields: { code, integration: "mock" } });
});

test("what cannot be read is refused when it is deployed, and the old routes go on", async () => {
  await using rig = await startRig({
    functions: { $default: () => undefined },
    api: makeApi([
      makeRoute("$default", {
        integration: mock(status(200, { responses: [makeResponse("$default", "old")] })),
        responds: true,
      }),
    ]),
  });
  const client = await rig.connect();
  const deploy = (mapping: Mapping) => () =>
    rig.gateway.deploy(makeApi([makeRoute("$default", { integration: mock(mapping) })]));
  expect(deploy(makeMapping({ requestTemplates: { a: "#if(" } }))).toThrow(/line 1, column 5/);
  expect(deploy(makeMapping({ responses: [makeResponse("200")] }))).toThrow(/write \$default, or a pattern/);
  expect(deploy(makeMapping({ responses: [makeResponse("/(/")] }))).toThrow(/integration response/);
  client.send("x");
  expect(await client.next()).toBe("old");
});
