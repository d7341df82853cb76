import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { apiId, httpFunctionName, resourceName, routeFunctionName } from "./names.ts";

const legalName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

describe("resourceName", () => {
  it("joins app, stage and resource", () => {
    expect(resourceName("relay", "dev", "games")).toBe("relay-dev-games");
  });
});

describe("routeFunctionName", () => {
  it.each([
    ["chat", "$connect", "chat-connect"],
    ["chat", "$disconnect", "chat-disconnect"],
    ["chat", "$default", "chat-default"],
    ["chat", "join", "chat-join"],
    ["chat", "sendMessage", "chat-sendMessage"],
    ["chat", "leave-room", "chat-leave-room"],
    ["my-chat", "join", "my-chat--join"],
  ])("reads well: %s and %s make %s", (api, key, name) => {
    expect(routeFunctionName(api, key)).toBe(name);
  });

  it.each([
    ["chat", "connect", /^chat-connect-[0-9a-f]{10}$/],
    ["chat", "a/b", /^chat-a-b-[0-9a-f]{10}$/],
    ["chat", "[a, b]", /^chat-a-b-[0-9a-f]{10}$/],
    ["chat", "日本", /^chat-[0-9a-f]{10}$/],
    ["chat", "x--y", /^chat-x-y-[0-9a-f]{10}$/],
    ["chat", "join-0123456789", /^chat-join-0123456789-[0-9a-f]{10}$/],
    ["http", "get-games", /^http-get-games-[0-9a-f]{10}$/],
    ["chat", "x".repeat(128), /^chat-x{48}-[0-9a-f]{10}$/],
    ["", "", /^[0-9a-f]{10}$/],
  ])("puts a hash behind what could be mistaken: %j and %j", (api, key, name) => {
    expect(routeFunctionName(api, key)).toMatch(name);
  });
});

describe("httpFunctionName", () => {
  it.each([
    ["GET", "/", "http-get"],
    ["GET", "/games", "http-get-games"],
    ["GET", "/games/{id}", "http-get-games-id"],
    ["POST", "/games/{id}/moves", "http-post-games-id_moves"],
    ["ANY", "/api/games", "http-any-api_games"],
  ])("reads well: %s %s makes %s", (method, path, name) => {
    expect(httpFunctionName(method, path)).toBe(name);
  });

  it.each([
    ["GET", "/high-scores", /^http-get-high-scores-[0-9a-f]{10}$/],
    ["GET", "/files/{path+}", /^http-get-files-path-[0-9a-f]{10}$/],
    ["GET", "/{id}", /^http-get-id-[0-9a-f]{10}$/],
    ["get", "/games", /^http-get-games-[0-9a-f]{10}$/],
  ])("puts a hash behind what could be mistaken: %s %s", (method, path, name) => {
    expect(httpFunctionName(method, path)).toMatch(name);
  });
});

describe("function names", () => {
  const word = fc.stringMatching(/^[a-z0-9_-]{0,12}$/);
  const joined = (units: readonly string[]) =>
    fc.array(fc.constantFrom(...units), { maxLength: 8 }).map((parts) => parts.join(""));
  const apiName = fc.oneof(
    word,
    fc.constantFrom("chat", "chat-x", "chat--x", "http", "http-get"),
    fc.string(),
  );
  const routeKey = fc.oneof(
    word,
    fc.constantFrom("$connect", "connect", "$default", "default"),
    joined(["a", "x", "-", "_", "/", " ", ".", "$", "é"]),
    fc.string({ unit: "grapheme", maxLength: 128 }),
  );
  const path = joined(["/", "a", "x", "id", "{id}", "{a}", "{a+}", "-", "_", "."]).map((text) => `/${text}`);
  const method = fc.constantFrom("GET", "POST", "ANY", "get");
  const identity = fc.oneof(
    fc.tuple(fc.constant("route" as const), apiName, routeKey),
    fc.tuple(fc.constant("http" as const), method, path),
  );
  const nameOf = ([kind, first, second]: readonly ["route" | "http", string, string]) =>
    kind === "route" ? routeFunctionName(first, second) : httpFunctionName(first, second);

  it("are always legal and at most 64 characters", () => {
    fc.assert(
      fc.property(identity, (one) => {
        expect(nameOf(one)).toMatch(legalName);
      }),
      { numRuns: 500 },
    );
  });

  it("are never shared, and always the same for the same route", () => {
    const identities = fc.uniqueArray(identity, {
      selector: (one) => JSON.stringify(one),
      minLength: 2,
      maxLength: 60,
    });
    fc.assert(
      fc.property(identities, (all) => {
        expect(new Set(all.map(nameOf)).size).toBe(all.length);
        expect(all.map(nameOf)).toEqual(all.map(nameOf));
      }),
      { numRuns: 300 },
    );
  });
});

describe("apiId", () => {
  it("is ten lower-case letters and digits, the same each time, another for another API", () => {
    const names = fc.uniqueArray(fc.tuple(fc.string(), fc.string()), {
      selector: (pair) => JSON.stringify(pair),
    });
    fc.assert(
      fc.property(names, (pairs) => {
        const ids = pairs.map(([app, api]) => apiId(app, api));
        for (const id of ids) expect(id).toMatch(/^[a-z0-9]{10}$/);
        expect(new Set(ids).size).toBe(pairs.length);
      }),
    );
    // A stored value: it must not change between releases, as clients and permissions hold it.
    expect(apiId("relay", "websocket")).toBe("41koiehxn3");
  });
});
