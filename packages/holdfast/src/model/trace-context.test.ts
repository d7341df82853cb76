import { expect, test } from "vitest";
import {
  findTraceContext,
  findTraceparent,
  readTraceparent,
  readXRayHeader,
  toTraceparent,
  toXRayHeader,
  toXRayRoot,
} from "./trace-context.ts";

const traceId = "6ab5ba613088445a1421bd2c2df99531";
const spanId = "00f067aa0ba902b7";

test("a context goes through W3C's header and back", () => {
  for (const sampled of [true, false]) {
    const context = { traceId, spanId, sampled };
    expect(readTraceparent(toTraceparent(context))).toEqual(context);
  }
  expect(toTraceparent({ traceId, spanId, sampled: true })).toBe(`00-${traceId}-${spanId}-01`);
});

test.each([
  ["nothing", ""],
  ["capitals", `00-${traceId.toUpperCase()}-${spanId}-01`],
  ["a trace id of zeros", `00-${"0".repeat(32)}-${spanId}-01`],
  ["a span id of zeros", `00-${traceId}-${"0".repeat(16)}-01`],
  ["the forbidden version", `ff-${traceId}-${spanId}-01`],
  ["more behind version 00", `00-${traceId}-${spanId}-01-more`],
  ["text behind the flags", `01-${traceId}-${spanId}-01more`],
  ["a short id", `00-${traceId.slice(1)}-${spanId}-01`],
])("%s is no traceparent", (_, text) => {
  expect(readTraceparent(text)).toBeUndefined();
});

test("a traceparent of a version to come is read as far as it is known", () => {
  expect(readTraceparent(`01-${traceId}-${spanId}-03-more`)).toEqual({ traceId, spanId, sampled: true });
});

test("a tracestate is passed on as it came, unless it is no header's text or too long", () => {
  const traceparent = `00-${traceId}-${spanId}-00`;
  expect(readTraceparent(traceparent, "vendor=1,other=2")).toMatchObject({ state: "vendor=1,other=2" });
  expect(readTraceparent(traceparent, "a=\n")).not.toHaveProperty("state");
  expect(readTraceparent(traceparent, `a=${"x".repeat(511)}`)).not.toHaveProperty("state");
});

test("X-Ray's form holds the same ids", () => {
  const context = { traceId, spanId, sampled: true };
  expect(toXRayRoot(traceId)).toBe("Root=1-6ab5ba61-3088445a1421bd2c2df99531");
  expect(toXRayHeader(context)).toBe(`Root=1-6ab5ba61-3088445a1421bd2c2df99531;Parent=${spanId};Sampled=1`);
  expect(readXRayHeader(toXRayHeader(context))).toEqual(context);
  // AWS's SDKs add what they know of the path that led there.
  expect(readXRayHeader(`${toXRayHeader({ ...context, sampled: false })};Lineage=1:a:0`)).toEqual({
    ...context,
    sampled: false,
  });
});

test.each(["", "Root=1-6ab5ba61-3088445a1421bd2c2df99531", `Root=2-x;Parent=${spanId}`, "Parent=;Root="])(
  "%j is no context of X-Ray's",
  (text) => {
    expect(readXRayHeader(text)).toBeUndefined();
  },
);

test("W3C's headers come before X-Ray's", () => {
  const xRay = toXRayHeader({ traceId, spanId, sampled: true });
  const headers = new Map([
    ["traceparent", `00-${"1".repeat(32)}-${spanId}-01`],
    ["x-amzn-trace-id", xRay],
  ]);
  expect(findTraceContext((name) => headers.get(name))?.traceId).toBe("1".repeat(32));
  headers.delete("traceparent");
  expect(findTraceContext((name) => headers.get(name))?.traceId).toBe(traceId);
  expect(findTraceparent((name) => headers.get(name))).toBeUndefined();
});
