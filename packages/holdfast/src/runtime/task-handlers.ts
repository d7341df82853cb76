import { HoldfastError } from "../base/errors.ts";
import type { TaskEvent } from "../model/gateway-event.ts";
import type { DeliveredMessage } from "../ports/topic-bus.ts";
import type { Handler, Invocation } from "./registered-app.ts";
import { traceCarrier, type TraceCarrier } from "./traced.ts";

/** What every handler that no socket and no request wakes is told. */
export interface TaskContext extends TraceCarrier {
  readonly requestId: string;
  /** Aborts when the function's time is up. */
  readonly signal: AbortSignal;
}

export interface TopicMessageContext extends TaskContext {
  readonly id: string;
  /** As it was published. */
  readonly text: string;
  /** The message read as JSON; undefined when it is not JSON. */
  readonly body: unknown;
  readonly subject: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly publishedAt: Date;
  /** 1 at the first try. */
  readonly attempt: number;
}

export interface BucketChangeContext extends TaskContext {
  readonly bucket: string;
  readonly key: string;
  /** Of a put; 0 after a delete. */
  readonly sizeBytes: number;
  /** Of a put. */
  readonly contentType: string | undefined;
}

export interface ScheduleContext extends TaskContext {
  readonly schedule: string;
  /** When it was due. */
  readonly scheduledAt: Date;
}

export type FunctionHandler<Input, Output> = (input: Input, context: TaskContext) => Output | Promise<Output>;
export type TopicHandler = (message: TopicMessageContext) => unknown;
export type BucketHandler = (change: BucketChangeContext) => unknown;
export type ScheduleHandler = (context: ScheduleContext) => unknown;

/** A handler that others call: what it returns is the answer. */
export function callableFunction<Input, Output>(handler: FunctionHandler<Input, Output>): Handler {
  return async (event, invocation) => {
    const task = expectTask(event);
    return handler(task.payload as Input, contextOf(task, invocation));
  };
}

export function topicFunction(handler: TopicHandler): Handler {
  return taskFunction((payload, context) => {
    const { text, attributes, publishedAtMs, id, subject, attempt } = payload as DeliveredMessage;
    const publishedAt = new Date(publishedAtMs);
    const body = parseJson(text);
    return handler({
      ...context,
      id,
      text,
      body,
      subject,
      attributes: attributes ?? {},
      publishedAt,
      attempt,
    });
  });
}

export function bucketFunction(handler: BucketHandler): Handler {
  return taskFunction((payload, context) => {
    const { bucket, key, facts } = payload as {
      bucket: string;
      key: string;
      facts?: { sizeBytes: number; contentType: string };
    };
    return handler({
      ...context,
      bucket,
      key,
      sizeBytes: facts?.sizeBytes ?? 0,
      contentType: facts?.contentType,
    });
  });
}

export function scheduleFunction(handler: ScheduleHandler): Handler {
  return taskFunction((payload, context) => {
    const { schedule, scheduledAtMs } = payload as { schedule: string; scheduledAtMs: number };
    return handler({ ...context, schedule, scheduledAt: new Date(scheduledAtMs) });
  });
}

/** What such a handler returns is for nobody. */
function taskFunction(run: (payload: unknown, context: TaskContext) => unknown): Handler {
  return async (event, invocation: Invocation) => {
    const task = expectTask(event);
    await run(task.payload, contextOf(task, invocation));
    return undefined;
  };
}

function contextOf(task: TaskEvent, { signal }: Invocation): TaskContext {
  return { requestId: task.requestId, ...traceCarrier(task), signal };
}

function expectTask(event: { readonly kind: string }): TaskEvent {
  if (event.kind === "task") return event as TaskEvent;
  throw new HoldfastError("INTERNAL", `A handler of tasks was given a ${event.kind} event`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
