import { describe, expect, it } from "vitest";
import { ManualClock } from "../base/clock.ts";
import type { HttpEvent } from "../model/gateway-event.ts";
import { MemoryInvoker } from "./memory-invoker.ts";

const event = { kind: "http", routeKey: "GET /" } as HttpEvent;

describe("the memory invoker", () => {
  it.each([
    ["nothing", undefined, null],
    ["a value", { a: 1 }, { a: 1 }],
    ["a date, as JSON holds it", { at: new Date(0) }, { at: "1970-01-01T00:00:00.000Z" }],
    ["a promise", Promise.resolve("x"), "x"],
    ["a function, which JSON leaves out", () => 1, null],
  ])("gives back %s", async (_, returned, payload) => {
    const invoker = new MemoryInvoker({ f: () => returned });
    expect(await invoker.invoke("f", event)).toEqual({ outcome: "returned", payload });
  });

  it.each([
    [
      "throws",
      () => {
        throw new TypeError("no");
      },
      "TypeError",
    ],
    ["rejects", () => Promise.reject(new RangeError("no")), "RangeError"],
    [
      "throws what is no error",
      () => {
        throw "no";
      },
      "Error",
    ],
    ["returns what JSON cannot hold", () => 1n, "TypeError"],
  ])("reports a function that %s as failed", async (_, run, name) => {
    const invoker = new MemoryInvoker({ f: run });
    expect(await invoker.invoke("f", event)).toMatchObject({ outcome: "failed", error: { name } });
  });

  it("reports a function that is not there as missing", async () => {
    expect(await new MemoryInvoker({}).invoke("toString", event)).toMatchObject({
      outcome: "missing",
      error: { code: "HANDLER_MISSING" },
    });
  });

  it("reports a function that takes too long when its time is over", async () => {
    const clock = new ManualClock();
    const invoker = new MemoryInvoker({ f: () => new Promise(() => {}) }, { clock, timeoutMs: 100 });
    const result = invoker.invoke("f", event);
    clock.advance(100);
    expect(await result).toMatchObject({ outcome: "timed-out", error: { code: "HANDLER_TIMEOUT" } });
  });
});
