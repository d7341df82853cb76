import { expect, test } from "vitest";
import type { FunctionIntegration, Mapping } from "../../../src/model/app-model.ts";
import type { InvocationEvent } from "../../../src/model/gateway-event.ts";
import { eventually, makeApi, makeRoute, startRig } from "../gateway/rig.ts";
import { makeMapping, makeResponse } from "./mapping.ts";

const through = (name: string, mapping: Mapping): FunctionIntegration => ({
  kind: "function",
  function: name,
  proxy: false,
  mapping,
});
const payloadOf = (event: InvocationEvent): unknown => (event.kind === "task" ? event.payload : "not a task");

test("a function that is no proxy gets what the template makes, and its result becomes the answer", async () => {
  const payloads: unknown[] = [];
  const mapping = makeMapping({
    requestTemplates: { $default: `{"id": "$context.connectionId", "text": $input.json('$.text')}` },
    responses: [makeResponse("$default", "You said $input.path('$.said')")],
  });
  await using rig = await startRig({
    functions: {
      say: (event) => {
        payloads.push(payloadOf(event));
        return { said: (payloadOf(event) as { text: string }).text.toUpperCase() };
      },
      raw: payloadOf,
    },
    api: makeApi([
      makeRoute("$connect", { integration: through("raw", makeMapping()) }),
      makeRoute("say", { integration: through("say", mapping), responds: true }),
      makeRoute("raw", {
        integration: through("raw", makeMapping({ responses: [makeResponse("$default")] })),
        responds: true,
      }),
      makeRoute("oneWay", { integration: through("raw", makeMapping()), responds: true }),
    ]),
  });
  const client = await rig.connect();
  client.send({ action: "say", text: "hi" });
  expect(await client.next()).toBe("You said HI");
  expect(payloads).toEqual([{ id: expect.stringMatching(/=$/) as string, text: "hi" }]);
  client.send({ action: "oneWay" });
  client.send({ action: "raw", n: 1 });
  expect(await client.next()).toBe('{"action":"raw","n":1}');
});

test("an error is told apart by its message, and refuses a handshake", async () => {
  const mapping = makeMapping({
    responses: [
      makeResponse(
        "/Not found.*/",
        `{"error": $input.json('$.errorMessage'), "type": $input.json('$.errorType')}`,
      ),
    ],
  });
  const fail = (message: string) => () => {
    throw new TypeError(message);
  };
  await using rig = await startRig({
    functions: { known: fail("Not found: x"), other: fail("Broken") },
    api: makeApi([
      makeRoute("known", { integration: through("known", mapping), responds: true }),
      makeRoute("other", { integration: through("other", mapping), responds: true }),
    ]),
  });
  const client = await rig.connect();
  client.send({ action: "known" });
  expect(await client.next()).toBe('{"error": "Not found: x", "type": "TypeError"}');
  client.send({ action: "other" });
  expect(await client.next()).toMatch(/^\{"message": "Internal server error"/);
  expect(rig.log.entries.at(-1)?.fields.message).toContain("Broken");
  rig.gateway.deploy(makeApi([makeRoute("$connect", { integration: through("known", mapping) })]));
  expect((await rig.refusal()).status).toBe(500);
});

test("an invocation as an event is not waited for", async () => {
  const release = Promise.withResolvers<void>();
  let finished = false;
  const mapping = makeMapping({
    requestParameters: { "integration.request.header.X-Amz-Invocation-Type": "'Event'" },
    responses: [makeResponse("$default", "accepted")],
  });
  await using rig = await startRig({
    functions: {
      slow: async () => {
        await release.promise;
        finished = true;
      },
    },
    api: makeApi([makeRoute("$default", { integration: through("slow", mapping), responds: true })]),
  });
  const client = await rig.connect();
  client.send("x");
  expect(await client.next()).toBe("accepted");
  expect(finished).toBe(false);
  release.resolve();
  await eventually(() => finished);
});
