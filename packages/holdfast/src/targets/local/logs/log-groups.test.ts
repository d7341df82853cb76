import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sampleFunction } from "../../../../test/model/sample-model.ts";
import { ManualClock } from "../../../base/clock.ts";
import { toLogLine } from "../../../base/log-line.ts";
import { silentLog, type LogFields } from "../../../base/log.ts";
import type { LogGroups } from "../../../ports/log-groups.ts";
import type { LogSources } from "./kept-line.ts";
import { createLocalLogGroups } from "./log-groups.ts";
import { OwnLogGroups, type OwnLogGroupsLimits } from "./own-log-groups.ts";

const day = Date.parse("2026-11-21T00:00:00Z");
const clock = new ManualClock(day);
let folder = "";
let own: OwnLogGroups;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-groups-"));
});
afterEach(async () => {
  await own.close();
  await rm(folder, { recursive: true });
});

const sources: LogSources = {
  functions: [
    sampleFunction({ name: "join" }),
    sampleFunction({ name: "lambda", code: { kind: "handler", dir: ".", handler: "a.b" } }),
  ],
  apis: [{ name: "chat", apiId: "abc", stage: "dev" }],
};

async function open(limits?: Partial<OwnLogGroupsLimits>): Promise<LogGroups> {
  const options = { folder: path.join(folder, "own"), clock, log: silentLog };
  own = await OwnLogGroups.open({ ...options, ...(limits && { limits }) });
  return createLocalLogGroups({ folder, sources: () => sources, own, clock });
}

type Kept = readonly [atMs: number, event: string, fields: LogFields];

function keep(...lines: readonly Kept[]): Promise<void> {
  const text = lines.map(([atMs, event, fields]) =>
    JSON.stringify(toLogLine("info", event, fields, day + atMs)),
  );
  return writeFile(path.join(folder, `${String(day).padStart(15, "0")}.jsonl`), `${text.join("\n")}\n`);
}

it("the kept log's lines are in the groups of their functions and APIs, as Lambda and API Gateway write them", async () => {
  await keep(
    [1, "function-log", { message: "said", function: "join", requestId: "r1" }],
    [2, "function-output", { message: "printed", function: "join" }],
    [2, "function-output", { message: "printed", function: "join" }],
    [3, "started", { message: "not of a function" }],
    [4, "access", { message: "GET 200", api: "chat" }],
    [5, "access", { message: "elsewhere", api: "gone" }],
    [6, "gateway.function-failed", { message: "It failed", function: "join", error: new Error("x") }],
    [7, "gateway.function-failed", { message: "The runtime has said so", function: "lambda" }],
    [8, "function-report", { message: "REPORT x", function: "gone" }],
  );
  const groups = await open();
  expect((await groups.groups()).map(({ name }) => name)).toEqual([
    "/aws/apigateway/abc/dev",
    "/aws/lambda/gone",
    "/aws/lambda/join",
    "/aws/lambda/lambda",
  ]);
  const events = (await groups.events("/aws/lambda/join")) ?? [];
  expect(events.map(({ message }) => message)).toEqual([
    "2026-11-21T00:00:00.001Z\tr1\tINFO\tsaid",
    "printed",
    "printed",
    expect.stringMatching(/^2026-11-21T00:00:00\.006Z\tundefined\tINFO\tIt failed\nError: x\n/),
  ]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(4);
  expect(events.every(({ id }) => /^\d{56}$/.test(id))).toBe(true);
  expect(await groups.streams("/aws/lambda/join")).toEqual([
    expect.objectContaining({
      name: expect.stringMatching(/^2026\/11\/21\/\[\$LATEST\][0-9a-f]{32}$/) as string,
      firstEventAtMs: day + 1,
      lastEventAtMs: day + 6,
    }),
  ]);
  expect((await groups.events("/aws/apigateway/abc/dev"))?.map(({ message }) => message)).toEqual([
    "GET 200",
  ]);
  expect(await groups.events("/aws/lambda/lambda")).toEqual([]);
  expect(await groups.events("/aws/lambda/none")).toBeUndefined();
  expect(await groups.events("/aws/lambda/join", { fromMs: day + 2, toMs: day + 2 })).toHaveLength(2);
  expect(await groups.append("/aws/lambda/join", "s", [])).toBe("read-only");
  expect(await groups.createGroup("/aws/lambda/join")).toBe("exists");
});

it("ids stay when more lines come", async () => {
  const line: Kept = [1, "function-output", { message: "same", function: "join" }];
  await keep(line, line);
  const groups = await open();
  const before = (await groups.events("/aws/lambda/join")) ?? [];
  await keep(line, line, line, [9, "function-output", { message: "next", function: "join" }]);
  const after = (await groups.events("/aws/lambda/join")) ?? [];
  expect(after.slice(0, 2)).toEqual(before);
  expect(after).toHaveLength(4);
});

it("the app's own groups take events, sort them by time, and outlive a restart", async () => {
  const groups = await open();
  expect(await groups.append("own", "s", [])).toBe("no-group");
  expect(await groups.createStream("own", "s")).toBe("no-group");
  expect(await groups.createGroup("own")).toBe("created");
  expect(await groups.createGroup("own")).toBe("exists");
  expect(await groups.append("own", "s", [])).toBe("no-stream");
  expect(await groups.createStream("own", "s")).toBe("created");
  expect(await groups.createStream("own", "s")).toBe("exists");
  await groups.append("own", "s", [{ atMs: day + 5, message: "later" }]);
  await groups.append("own", "s", [{ atMs: day + 3, message: "earlier" }]);
  const events = await groups.events("own");
  expect(events?.map(({ message }) => message)).toEqual(["earlier", "later"]);
  expect((await groups.groups()).find(({ name }) => name === "own")).toEqual({
    name: "own",
    createdAtMs: day,
    bytes: 12,
  });
  const streams = await groups.streams("own");
  expect(streams).toEqual([
    {
      name: "s",
      createdAtMs: day,
      firstEventAtMs: day + 3,
      lastEventAtMs: day + 5,
      lastIngestedAtMs: day,
    },
  ]);
  await own.close();

  const again = await open();
  expect(await again.events("own")).toEqual(events);
  expect(await again.streams("own")).toEqual(streams);
  await again.append("own", "s", [{ atMs: day + 3, message: "new" }]);
  expect((await again.events("own"))?.map(({ message }) => message)).toEqual(["earlier", "new", "later"]);
});

it("what is kept is bounded: the oldest goes, and there is a limit to groups and streams", async () => {
  const groups = await open({ units: 3_000, groups: 1, streams: 1 });
  await groups.createGroup("own");
  await groups.createStream("own", "s");
  expect(await groups.createGroup("other")).toBe("too-many");
  expect(await groups.createStream("own", "t")).toBe("too-many");
  for (let at = 0; at < 40; at += 1) await groups.append("own", "s", [{ atMs: day + at, message: `${at}` }]);
  const events = (await groups.events("own")) ?? [];
  expect(events.length).toBeLessThan(12);
  expect(events.at(-1)?.message).toBe("39");
});
