import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ManualClock, systemClock } from "../../../base/clock.ts";
import { HoldfastError } from "../../../base/errors.ts";
import type { LogLine } from "../../../base/log-line.ts";
import { memoryLog } from "../../../base/log.ts";
import { LogKeeper, type LogKeeperLimits } from "./log-keeper.ts";
import { followLog, readLog } from "./log-reader.ts";

let parent: string;
let folder: string;
const log = memoryLog();

beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), "holdfast-logs-"));
  folder = path.join(parent, "logs");
});

afterEach(() => rm(parent, { recursive: true, force: true }));

function openKeeper(limits: Partial<LogKeeperLimits> = {}): LogKeeper {
  const keeper = new LogKeeper({ log, clock: systemClock, limits: { gatherMs: 0, ...limits } });
  keeper.open(folder);
  return keeper;
}

/** What one run of an app leaves. */
async function keep(messages: readonly string[], limits: Partial<LogKeeperLimits> = {}): Promise<void> {
  const keeper = openKeeper(limits);
  for (const message of messages) keeper.log("info", "said", { message });
  await keeper.close();
}

const messages = async (): Promise<(string | undefined)[]> =>
  (await Array.fromAsync(readLog(folder))).map(({ message }) => message);

test("what is logged is passed on at once and kept in order, from run to run, with times and errors", async () => {
  const passedOn = memoryLog();
  const keeper = new LogKeeper({ log: passedOn, clock: new ManualClock(1_700_000_000_000) });
  const error = new HoldfastError("HANDLER_THREW", "boom");
  keeper.log("error", "handler-failed", { message: "It failed", function: "echo", error });
  keeper.log("debug", "detail");
  expect(passedOn.entries.map(({ event }) => event)).toEqual(["handler-failed", "detail"]);
  keeper.open(folder);
  await keeper.close();
  await keep(["second run"]);

  const lines = await Array.fromAsync(readLog(folder));
  expect(lines).toEqual([
    {
      event: "handler-failed",
      level: "error",
      time: "2023-11-14T22:13:20.000Z",
      message: "It failed",
      function: "echo",
      error: {
        name: "HoldfastError",
        message: "boom",
        code: "HANDLER_THREW",
        hint: error.hint,
        stack: error.stack,
      },
    },
    expect.objectContaining({ message: "second run" }),
  ]);
});

test("the files are bounded: the oldest lines go first", async () => {
  const all = Array.from({ length: 400 }, (_, index) => `line ${index}`);
  for (let at = 0; at < all.length; at += 10)
    await keep(all.slice(at, at + 10), { fileBytes: 2000, files: 3 });

  const names = await readdir(folder);
  expect(names.length).toBe(3);
  for (const name of names) expect((await stat(path.join(folder, name))).size).toBeLessThanOrEqual(2000);
  const kept = await messages();
  expect(kept).toEqual(all.slice(-kept.length));
  expect(kept.length).toBeGreaterThan(20);
});

test("what comes faster than it can be written is dropped and counted, and a long message is cut", async () => {
  await keep(["x".repeat(100), "a", "b"], { queuedUnits: 700, messageUnits: 50 });
  expect(await messages()).toEqual([
    `${"x".repeat(50)} … (cut)`,
    "a",
    "1 log lines came too fast and were not kept",
  ]);
});

test("half a line that a killed process left spoils no other", async () => {
  await keep(["whole"]);
  const [name = ""] = await readdir(folder);
  await writeFile(path.join(folder, name), '{"event":"to', { flag: "a" });
  await keep(["after"]);
  expect(await messages()).toEqual(["whole", "after"]);
});

test("a cycle or a BigInt among the fields does not stop the log", async () => {
  const keeper = openKeeper();
  keeper.log("info", "odd", { message: "odd", big: 1n });
  await keeper.close();
  expect(await messages()).toEqual(["odd"]);
});

test("where nothing can be written one warning says so, and nothing waits for it", async () => {
  await writeFile(folder, "a file in the way");
  const passedOn = memoryLog();
  const keeper = new LogKeeper({ log: passedOn, clock: systemClock, limits: { gatherMs: 0 } });
  keeper.open(folder);
  for (let run = 0; run < 3; run += 1) {
    keeper.log("info", "said", { message: `${run}` });
    await expect.poll(() => passedOn.entries.filter(({ event }) => event === "log-not-kept").length).toBe(1);
  }
  await keeper.close();
  expect(passedOn.entries.filter(({ event }) => event === "log-not-kept")).toHaveLength(1);
});

test.skipIf(process.platform !== "linux")("a full disk only drops lines", async () => {
  await mkdir(folder);
  await symlink("/dev/full", path.join(folder, "000000000000001.jsonl"));
  const passedOn = memoryLog();
  const keeper = new LogKeeper({ log: passedOn, clock: systemClock, limits: { gatherMs: 0 } });
  keeper.open(folder);
  keeper.log("info", "said", { message: "lost" });
  await keeper.close();
  expect(passedOn.entries.map(({ fields }) => fields.message)).toEqual([
    "lost",
    expect.stringContaining("ENOSPC"),
  ]);
});

test("who follows sees what comes, over rotations, further runs and a folder that was removed", async () => {
  const over = new AbortController();
  const lines = followLog(folder, over.signal)[Symbol.asyncIterator]();
  const next = async (): Promise<LogLine> => (await lines.next()).value as LogLine;
  const first = next();
  await keep(["one"]);
  expect((await first).message).toBe("one");
  await keep(["two", "three"], { fileBytes: 10 });
  expect([(await next()).message, (await next()).message]).toEqual(["two", "three"]);

  const afterReset = next();
  await rm(folder, { recursive: true });
  await keep(["four"]);
  expect((await afterReset).message).toBe("four");

  const end = lines.next();
  over.abort();
  expect((await end).done).toBe(true);
  expect((await readFile(path.join(folder, (await readdir(folder))[0] ?? ""), "utf8")).trim()).toContain(
    "four",
  );
});
