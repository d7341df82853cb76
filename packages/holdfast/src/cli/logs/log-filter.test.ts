import { describe, expect, it } from "vitest";
import type { LogLine } from "../../base/log-line.ts";
import { isWanted, readLevel, readSinceMs, type LogFilter } from "./log-filter.ts";

const line: LogLine = {
  event: "function-log",
  level: "warn",
  time: "2026-01-31T12:00:00.000Z",
  message: "Ann said hello",
  function: "websocket-default",
};
const atMs = Date.parse(line.time);

describe("isWanted", () => {
  it.each<[LogFilter, boolean]>([
    [{}, true],
    [{ function: "websocket-default" }, true],
    [{ function: "websocket" }, false],
    [{ level: "info" }, true],
    [{ level: "warn" }, true],
    [{ level: "error" }, false],
    [{ sinceMs: atMs }, true],
    [{ sinceMs: atMs + 1 }, false],
    [{ grep: "ann SAID" }, true],
    [{ grep: "function-log" }, true],
    [{ grep: "bob" }, false],
    [{ grep: "ann", level: "error" }, false],
  ])("%j", (filter, expected) => {
    expect(isWanted(line, filter)).toBe(expected);
  });

  it("looks for the text in errors, too", () => {
    const failed: LogLine = { ...line, error: { name: "TypeError", message: "x is undefined" } };
    expect([isWanted(failed, { grep: "typeerror" }), isWanted(failed, { grep: "undefined" })]).toEqual([
      true,
      true,
    ]);
  });
});

describe("readSinceMs", () => {
  it.each([
    ["30s", 30_000],
    ["10m", 600_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
  ])("%s ago", (given, ago) => {
    expect(readSinceMs(given, atMs)).toBe(atMs - ago);
  });

  it("takes a time, local unless it says otherwise", () => {
    expect(readSinceMs("2026-01-31T12:00:00Z", 0)).toBe(atMs);
    expect(readSinceMs("2026-01-31T12:00", 0)).toBe(new Date(2026, 0, 31, 12).getTime());
  });

  it.each(["", "10", "10 m", "-1m", "yesterday", "2026-13-31"])("refuses %j", (given) => {
    expect(() => readSinceMs(given, 0)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });
});

describe("readLevel", () => {
  it("refuses what is no level", () => {
    expect(() => readLevel("loud")).toThrow(
      expect.objectContaining({ hint: "Choose one of: info, warn, error." }),
    );
  });
});
