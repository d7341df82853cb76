import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultLimits } from "../../../src/model/defaults.ts";
import type { ProtocolCase } from "./case.ts";
import { protocolCases } from "./cases.ts";
import { close, ping, text } from "./client-frames.ts";
import { differences } from "./differences.ts";
import { findFaults, ProtocolServer } from "./run-case.ts";

const named = protocolCases.map((one) => [one.name, one] as const);
const names = protocolCases.map(({ name }) => name);

it("no two cases have the same name, and every difference is that of a case", () => {
  expect(new Set(names).size).toBe(names.length);
  expect([...differences.keys()].filter((name) => !names.includes(name))).toEqual([]);
});

describe("what runs the cases", () => {
  const hello = text("hello");
  it.each<[string, ProtocolCase]>([
    [
      "a message that never came",
      { name: "", sends: [close(1000)], messages: ["hello"], closes: { code: 1000 } },
    ],
    ["another message", { name: "", sends: [hello], messages: ["hullo"] }],
    ["a message too many", { name: "", sends: [hello, hello], messages: ["hello"] }],
    ["a pong for no ping", { name: "", sends: [ping("x"), hello], messages: ["hello"] }],
    ["no pong", { name: "", sends: [close(1000)], pings: ["x"], closes: { code: 1000 } }],
    ["another code", { name: "", sends: [close(1001)], closes: { code: 1000 } }],
    ["another reason", { name: "", sends: [close(1000, "a")], closes: { code: 1000, reason: "b" } }],
  ])("finds %s", async (_, one) => {
    await using server = await ProtocolServer.start({});
    expect(findFaults(one, await server.run(one))).not.toEqual([]);
  });
});

describe("with limits lifted and binary messages allowed", () => {
  const much = 16 * 1024 * 1024;
  let server: ProtocolServer;
  beforeAll(async () => {
    const limits = { ...defaultLimits, messageBytes: much, frameBytes: much };
    server = await ProtocolServer.start({ limits, binary: "allow" }, { outboxBytes: 2 * much });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it.each(named)("%s", async (_, one) => {
    expect(findFaults(one, await server.run(one))).toEqual([]);
  });
});

describe("as on API Gateway", () => {
  let server: ProtocolServer;
  beforeAll(async () => {
    server = await ProtocolServer.start({});
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it.each(named)("%s", async (_, one) => {
    const outcome = await server.run(one);
    const faults = findFaults(one, outcome);
    const differs = faults.length > 0;
    const code = differences.get(one.name);
    expect({
      differs,
      code: differs ? outcome.close?.code : undefined,
      faults: code === undefined ? faults : [],
    }).toEqual({ differs: code !== undefined, code, faults: [] });
  });
});
