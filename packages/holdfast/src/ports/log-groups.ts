/**
 * What is kept of the log, in groups and streams as CloudWatch Logs has them. Duties:
 * - Functions and stages with an access log have groups of their own, which are there from the start and only read.
 * - What is kept is bounded; the oldest goes. Groups of the app's own outlive a restart as long as their events do.
 * - An event's id stays what it is, and ids of a group sort, as text, as its events do: by time.
 */
export interface LogGroups {
  /** By name. */
  groups(): Promise<readonly LogGroup[]>;

  /** By name; undefined when there is no such group. */
  streams(group: string): Promise<readonly LogStream[] | undefined>;

  /** Those of the span, in the order of their ids; undefined when there is no such group. */
  events(group: string, span?: LogSpan): Promise<readonly LogEvent[] | undefined>;

  createGroup(group: string): Promise<LogCreation>;
  createStream(group: string, stream: string): Promise<LogCreation>;

  /** Keeps events of one of the app's own groups; those that are read only take none. */
  append(group: string, stream: string, events: readonly NewLogEvent[]): Promise<LogAppend>;
}

export type LogCreation = "created" | "exists" | "no-group" | "too-many";
export type LogAppend = "kept" | "no-group" | "no-stream" | "read-only";

/** Times are milliseconds since 1970. */
export interface LogGroup {
  readonly name: string;
  readonly createdAtMs: number;
  /** Of the events that are kept, in UTF-8. */
  readonly bytes: number;
}

export interface LogStream {
  readonly name: string;
  readonly createdAtMs: number;
  /** Absent while it has no events. */
  readonly firstEventAtMs?: number;
  readonly lastEventAtMs?: number;
  readonly lastIngestedAtMs?: number;
}

export interface NewLogEvent {
  readonly atMs: number;
  readonly message: string;
}

export interface LogEvent extends NewLogEvent {
  /** 56 digits. */
  readonly id: string;
  readonly stream: string;
  readonly ingestedAtMs: number;
}

/** From the first millisecond to the last, both included. */
export interface LogSpan {
  readonly fromMs?: number;
  readonly toMs?: number;
}
