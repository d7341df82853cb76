import type { Clock } from "../../../base/clock.ts";
import type { LogEvent, LogGroup, LogGroups, LogSpan, LogStream } from "../../../ports/log-groups.ts";
import { logEventId } from "./event-id.ts";
import {
  accessLogGroup,
  functionGroup,
  toLogEvent,
  type KeptLogEvent,
  type LogSources,
} from "./kept-line.ts";
import { readLog } from "./log-reader.ts";
import { timesOf, type OwnLogGroups } from "./own-log-groups.ts";

export interface LocalLogGroupsOptions {
  /** Where the app's log is kept; there may be nothing. */
  readonly folder: string;
  /** What runs now. */
  readonly sources: () => LogSources;
  readonly own: OwnLogGroups;
  readonly clock: Clock;
}

/** The kept log as groups: those of functions and access logs, which are read from its files, and the app's own. */
export function createLocalLogGroups(options: LocalLogGroupsOptions): LogGroups {
  const { folder, sources, own, clock } = options;
  const startedAtMs = clock.now();

  /** Of the kept log, by group; each function and each access log has one, with nothing in it yet or not. */
  async function readKept(): Promise<ReadonlyMap<string, readonly KeptLogEvent[]>> {
    const current = sources();
    const events: KeptLogEvent[] = [];
    for await (const line of readLog(folder)) {
      const event = toLogEvent(line, current);
      if (event !== undefined) events.push(event);
    }
    const kept = Map.groupBy(events, ({ group }) => group);
    for (const name of declaredGroups(current)) if (!kept.has(name)) kept.set(name, []);
    return kept;
  }

  async function keptEvents(group: string): Promise<readonly LogEvent[] | undefined> {
    const events = (await readKept()).get(group);
    return events && withIds(events);
  }

  /** Made by the app. Nothing is read from files for these: whoever logs much asks for them often. */
  const isOwn = (group: string): boolean => own.has(group) && !declaredGroups(sources()).includes(group);

  return {
    async groups() {
      const kept = Array.from(await readKept(), ([name, events]) => keptGroup(name, events, startedAtMs));
      const ownGroups = own.groups().filter(({ name }) => isOwn(name));
      return [...kept.filter(({ name }) => !isOwn(name)), ...ownGroups].toSorted(byName);
    },
    async streams(group) {
      if (isOwn(group)) return own.streams(group)?.toSorted(byName);
      const events = await keptEvents(group);
      return events && keptStreams(events).toSorted(byName);
    },
    async events(group, span = {}) {
      const events = isOwn(group) ? own.events(group) : await keptEvents(group);
      return events?.filter((event) => isWithin(event, span)).toSorted(byId);
    },
    async createGroup(group) {
      return declaredGroups(sources()).includes(group) ? "exists" : own.createGroup(group);
    },
    async createStream(group, stream) {
      // One could be made there on AWS; nothing is put into it here, and whoever makes one is not to fail for that.
      return declaredGroups(sources()).includes(group) ? "created" : own.createStream(group, stream);
    },
    async append(group, stream, events) {
      return declaredGroups(sources()).includes(group) ? "read-only" : own.append(group, stream, events);
    },
  };
}

function declaredGroups({ functions, apis }: LogSources): readonly string[] {
  return [...functions.map(({ name }) => functionGroup(name)), ...apis.map(accessLogGroup)];
}

function keptGroup(name: string, events: readonly KeptLogEvent[], startedAtMs: number): LogGroup {
  return {
    name,
    createdAtMs: events[0]?.atMs ?? startedAtMs,
    bytes: events.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0),
  };
}

function keptStreams(events: readonly LogEvent[]): LogStream[] {
  return Array.from(
    Map.groupBy(events, ({ stream }) => stream),
    ([name, ofStream]) => ({ name, createdAtMs: ofStream[0]?.atMs ?? 0, ...timesOf(ofStream) }),
  );
}

/** Those of one time are told apart by their order, which stays when newer ones come. */
function withIds(events: readonly KeptLogEvent[]): readonly LogEvent[] {
  const counts = new Map<number, number>();
  return events.map(({ stream, atMs, message }) => {
    const sequence = counts.get(atMs) ?? 0;
    counts.set(atMs, sequence + 1);
    return { id: logEventId(atMs, sequence), stream, atMs, message, ingestedAtMs: atMs };
  });
}

function isWithin({ atMs }: LogEvent, { fromMs = -Infinity, toMs = Infinity }: LogSpan): boolean {
  return atMs >= fromMs && atMs <= toMs;
}

function byId(a: LogEvent, b: LogEvent): number {
  return a.id < b.id ? -1 : 1;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
