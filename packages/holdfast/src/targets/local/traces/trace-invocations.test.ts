import { expect, test } from "vitest";
import type { InvocationEvent, TaskEvent } from "../../../model/gateway-event.ts";
import type { TraceContext } from "../../../model/trace-context.ts";
import type { InvocationResult, Invoker } from "../../../ports/invoker.ts";
import type { NewSpan, Tracer } from "../../../ports/tracer.ts";
import { traceInvocations } from "./trace-invocations.ts";

const result: InvocationResult = { outcome: "returned", payload: 1 };

function open() {
  const started: { name: string; kind: NewSpan["kind"]; parent: string | undefined }[] = [];
  const ended: string[] = [];
  const events: InvocationEvent[] = [];
  const tracer: Tracer = {
    start({ name, kind }, parent) {
      started.push({ name, kind, parent: parent?.spanId });
      const context = { traceId: parent?.traceId ?? "t", spanId: name, sampled: true };
      return { context, end: () => ended.push(name) };
    },
  };
  const invoker: Invoker = {
    async invoke(_name, event) {
      events.push(event);
      return result;
    },
    forget: () => {},
  };
  return { started, ended, events, tracer, invoker };
}

function taskOf(source: TaskEvent["source"], routeKey: string, trace?: TraceContext): TaskEvent {
  const task = { kind: "task", source, routeKey, requestId: "r", requestTimeMs: 0, payload: 1 } as const;
  return trace === undefined ? task : { ...task, trace };
}

const caller: TraceContext = { traceId: "t", spanId: "caller", sampled: true };

test("work that nothing asks for has a span of its own, above the function's", async () => {
  const { started, ended, events, tracer, invoker } = open();
  expect(await traceInvocations(invoker, tracer).invoke("f", taskOf("queue", "queue jobs"))).toBe(result);
  expect(started).toEqual([
    { name: "queue jobs", kind: "consumer", parent: undefined },
    { name: "invoke f", kind: "internal", parent: "queue jobs" },
  ]);
  expect(ended).toEqual(["invoke f", "queue jobs"]);
  expect(events[0]?.trace?.spanId).toBe("invoke f");
});

test("a call is below its caller at once, and a message below its publisher by way of its topic", async () => {
  const { started, tracer, invoker } = open();
  const traced = traceInvocations(invoker, tracer);
  await traced.invoke("f", taskOf("call", "function f", caller));
  await traced.invoke("g", taskOf("topic", "topic news", caller));
  expect(started.map(({ name, parent }) => [name, parent])).toEqual([
    ["invoke f", "caller"],
    ["topic news", "caller"],
    ["invoke g", "topic news"],
  ]);
});

test("what is not sampled makes no spans, and its context goes on as it is", async () => {
  const { started, events, tracer, invoker } = open();
  const task = taskOf("topic", "topic news", { ...caller, sampled: false });
  await traceInvocations(invoker, tracer).invoke("f", task);
  expect(started).toEqual([]);
  expect(events).toEqual([task]);
});

test("without a tracer nothing is added", () => {
  const { invoker } = open();
  expect(traceInvocations(invoker, undefined)).toBe(invoker);
});
