import type { Clock } from "../../../base/clock.ts";
import type { LogLine } from "../../../base/log-line.ts";
import type { Log } from "../../../base/log.ts";
import type { LogCreation, LogEvent, LogGroup, LogStream, NewLogEvent } from "../../../ports/log-groups.ts";
import { logEventId } from "./event-id.ts";
import { LogKeeper } from "./log-keeper.ts";
import { readLog } from "./log-reader.ts";

export interface OwnLogGroupsOptions {
  /** Where events are kept for the next run. */
  readonly folder: string;
  readonly clock: Clock;
  /** Is told what goes wrong with the keeping. */
  readonly log: Log;
  readonly limits?: Partial<OwnLogGroupsLimits>;
}

export interface OwnLogGroupsLimits {
  /** Of all messages, in UTF-16 units; the oldest go when there are more. */
  readonly units: number;
  readonly groups: number;
  /** Of all groups. */
  readonly streams: number;
}

const defaultLimits: OwnLogGroupsLimits = { units: 8 * 1024 * 1024, groups: 1_000, streams: 10_000 };
/** What is left when some have to go, so that this is seldom. */
const keptShare = 7 / 8;
/** What an event counts for besides its message. */
const eventUnits = 256;
/** CloudWatch's limit of an event. */
const maximumMessageUnits = 1_048_576;

interface OwnGroup {
  readonly createdAtMs: number;
  /** When each was created. */
  readonly streams: Map<string, number>;
}

interface OwnEvent extends LogEvent {
  readonly group: string;
}

/**
 * Log groups that the app made itself, with what it put into them: in memory, and in files like the kept log's for the
 * next run.
 */
export class OwnLogGroups {
  readonly #clock: Clock;
  readonly #limits: OwnLogGroupsLimits;
  readonly #keeper: LogKeeper;
  readonly #groups = new Map<string, OwnGroup>();
  #events: OwnEvent[] = [];
  #units = 0;
  #streamCount = 0;
  #lastSequence = 0;

  private constructor({ clock, log, limits }: OwnLogGroupsOptions) {
    this.#clock = clock;
    this.#limits = { ...defaultLimits, ...limits };
    this.#keeper = new LogKeeper({ clock, log, limits: { messageUnits: maximumMessageUnits } });
  }

  static async open(options: OwnLogGroupsOptions): Promise<OwnLogGroups> {
    const groups = new OwnLogGroups(options);
    for await (const line of readLog(options.folder)) groups.#restore(line);
    groups.#keeper.open(options.folder);
    return groups;
  }

  /** Writes what waits. */
  close(): Promise<void> {
    return this.#keeper.close();
  }

  has(group: string): boolean {
    return this.#groups.has(group);
  }

  groups(): readonly LogGroup[] {
    const bytes = new Map<string, number>();
    for (const { group, message } of this.#events)
      bytes.set(group, (bytes.get(group) ?? 0) + Buffer.byteLength(message));
    return Array.from(this.#groups, ([name, { createdAtMs }]) => ({
      name,
      createdAtMs,
      bytes: bytes.get(name) ?? 0,
    }));
  }

  streams(group: string): readonly LogStream[] | undefined {
    const streams = this.#groups.get(group)?.streams;
    if (streams === undefined) return undefined;
    const byStream = Map.groupBy(this.events(group), ({ stream }) => stream);
    return Array.from(streams, ([name, createdAtMs]) => ({
      name,
      createdAtMs,
      ...timesOf(byStream.get(name) ?? []),
    }));
  }

  /** In the order in which they came. */
  events(group: string): readonly LogEvent[] {
    return this.#events.filter((event) => event.group === group);
  }

  createGroup(group: string): LogCreation {
    if (this.#groups.has(group)) return "exists";
    if (this.#groups.size >= this.#limits.groups) return "too-many";
    this.#addGroup(group, this.#clock.now());
    this.#keeper.keep("info", "log-group-created", { group });
    return "created";
  }

  createStream(group: string, stream: string): LogCreation {
    const streams = this.#groups.get(group)?.streams;
    if (streams === undefined) return "no-group";
    if (streams.has(stream)) return "exists";
    if (this.#streamCount >= this.#limits.streams) return "too-many";
    this.#addStream(group, stream, this.#clock.now());
    this.#keeper.keep("info", "log-stream-created", { group, stream });
    return "created";
  }

  append(group: string, stream: string, events: readonly NewLogEvent[]): "kept" | "no-group" | "no-stream" {
    const streams = this.#groups.get(group)?.streams;
    if (streams === undefined) return "no-group";
    if (!streams.has(stream)) return "no-stream";
    const ingestedAtMs = this.#clock.now();
    for (const { atMs, message } of events) {
      this.#lastSequence += 1;
      const sequence = this.#lastSequence;
      this.#add({ group, stream, atMs, message, ingestedAtMs, id: logEventId(atMs, sequence) });
      this.#keeper.keep("info", "log-event", { message, group, stream, atMs, sequence });
    }
    return "kept";
  }

  #add(event: OwnEvent): void {
    this.#events.push(event);
    this.#units += unitsOf(event);
    if (this.#units <= this.#limits.units) return;
    let dropped = 0;
    for (const one of this.#events) {
      if (this.#units <= this.#limits.units * keptShare) break;
      this.#units -= unitsOf(one);
      dropped += 1;
    }
    this.#events = this.#events.slice(dropped);
  }

  #addGroup(group: string, createdAtMs: number): OwnGroup {
    const known = this.#groups.get(group);
    if (known !== undefined) return known;
    const made: OwnGroup = { createdAtMs, streams: new Map() };
    this.#groups.set(group, made);
    return made;
  }

  #addStream(group: string, stream: string, createdAtMs: number): void {
    const { streams } = this.#addGroup(group, createdAtMs);
    if (streams.has(stream)) return;
    streams.set(stream, createdAtMs);
    this.#streamCount += 1;
  }

  /** A line of an earlier run. The files may have lost a group's beginning by now: its events say that it is there. */
  #restore({ event, time, message = "", group, stream, atMs, sequence }: LogLine): void {
    const timeMs = Date.parse(time);
    if (typeof group !== "string" || Number.isNaN(timeMs)) return;
    if (event === "log-group-created") this.#addGroup(group, timeMs);
    if (typeof stream !== "string") return;
    this.#addStream(group, stream, timeMs);
    if (event !== "log-event" || typeof atMs !== "number" || typeof sequence !== "number") return;
    this.#lastSequence = Math.max(this.#lastSequence, sequence);
    this.#add({ group, stream, atMs, message, ingestedAtMs: timeMs, id: logEventId(atMs, sequence) });
  }
}

/** When a stream's events were; nothing where there are none. */
export function timesOf(events: readonly LogEvent[]): Omit<LogStream, "name" | "createdAtMs"> {
  const [first, ...rest] = events;
  if (first === undefined) return {};
  const edges = {
    firstEventAtMs: first.atMs,
    lastEventAtMs: first.atMs,
    lastIngestedAtMs: first.ingestedAtMs,
  };
  return rest.reduce(
    (times, { atMs, ingestedAtMs }) => ({
      firstEventAtMs: Math.min(times.firstEventAtMs, atMs),
      lastEventAtMs: Math.max(times.lastEventAtMs, atMs),
      lastIngestedAtMs: Math.max(times.lastIngestedAtMs, ingestedAtMs),
    }),
    edges,
  );
}

function unitsOf({ message }: OwnEvent): number {
  return message.length + eventUnits;
}
