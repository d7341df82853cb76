import { afterAll, beforeAll, expect, test } from "vitest";
import { start, type TestApp, type TestClient } from "../../src/testing/index.ts";

let app: TestApp;
let client: TestClient;

beforeAll(async () => {
  app = await start(new URL("../apps/permissions/app.ts", import.meta.url));
  client = await app.connect();
});

afterAll(() => app.stop());

const tries = async (action: string): Promise<string> => {
  client.send({ action });
  return client.next({ timeoutMs: 10_000 });
};

const denied = (action: string, operation: string, resource: string): string =>
  `GRANT_MISSING: Function "websocket-${action}" is not allowed to ${operation} ${resource}`;

test("what the code is seen to do is allowed, in another module too", async () => {
  expect(await tries("seen")).toBe("allowed");
  expect(await tries("loaded")).toBe("allowed");
  expect(await tries("open")).toBe("allowed");
});

test("what a function was not granted fails, however it gets at the resource", async () => {
  expect(await tries("granted")).toBe("allowed");
  expect(await tries("direct")).toBe(denied("direct", "get", "table:vault"));
  expect(await tries("other-operation")).toBe(denied("other-operation", "put", "table:notes"));
  for (const action of ["alias", "taken-method", "dynamic-import", "evaluated"])
    expect(await tries(action)).toBe(denied(action, "get", "table:vault"));
});

test("a message that a function writes to the host by itself is held to that function's grants", async () => {
  expect(await tries("raw-message")).toBe("allowed");
  // What it was granted came through that way too.
  expect(await app.table("notes").get({ id: "raw" })).toEqual({ id: "raw" });
  expect(await app.rows("vault")).toEqual([{ id: "open" }]);
});

test("the log says which function, which resource, which operation, and what to do", async () => {
  await using strict = await start(new URL("../apps/permissions/unhandled.ts", import.meta.url));
  const one = await strict.connect();
  one.send("x");
  expect(await one.next()).toContain('"message": "Internal server error"');
  await strict.eventually(() => expect(strict.logs.at(-1)?.level).toBe("error"));
  const { error } = strict.logs.at(-1)?.fields ?? {};
  expect(error).toMatchObject({
    code: "GRANT_MISSING",
    message: 'Function "websocket-default" is not allowed to put table:notes',
    hint: expect.stringContaining('add "table:notes": ["put"] to the grants'),
  });
});

test("tests are no functions: they may do everything", async () => {
  await app.table("vault").put({ id: "by the test" });
  expect(await app.table("vault").get({ id: "by the test" })).toEqual({ id: "by the test" });
});
