import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { historyFile, maxHistoryEntries, openInputHistory } from "./input-history.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-connect-"));
});

afterEach(() => rm(folder, { recursive: true }));

describe("openInputHistory", () => {
  it("gives back in a later run what was added in earlier ones, the newest first, each once", () => {
    const file = path.join(folder, "new", "folders", "history");
    const first = openInputHistory(file);
    first.add("one");
    first.add("two");
    openInputHistory(file).add("one");
    expect(openInputHistory(file).entries).toEqual(["one", "two"]);
  });

  it("keeps an entry of several lines as one", () => {
    const file = path.join(folder, "history");
    openInputHistory(file).add('{\n  "a": 1\r\n}');
    expect(openInputHistory(file).entries).toEqual(['{ "a": 1 }']);
  });

  it.skipIf(process.platform === "win32")(
    "lets nobody else read the file, not even one that was readable",
    async () => {
      const file = path.join(folder, "history");
      openInputHistory(file).add("secret");
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      await chmod(file, 0o644);
      openInputHistory(file);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    },
  );

  it("forgets the oldest beyond its bound, in the file too", async () => {
    const file = path.join(folder, "history");
    const many = Array.from({ length: 2 * maxHistoryEntries + 1 }, (_, index) => `entry ${index}`);
    await writeFile(file, many.map((entry) => `${entry}\n`).join(""));
    const { entries } = openInputHistory(file);
    expect(entries).toHaveLength(maxHistoryEntries);
    expect(entries[0]).toBe(many.at(-1));
    expect((await readFile(file, "utf8")).trim().split("\n")).toEqual(many.slice(-maxHistoryEntries));
  });

  it("is empty, and takes entries without complaint, where it can be neither read nor written", async () => {
    await writeFile(path.join(folder, "file"), "");
    const history = openInputHistory(path.join(folder, "file", "history"));
    history.add("lost");
    expect(history.entries).toEqual([]);
  });

  it("keeps neither blank entries nor huge ones", () => {
    const file = path.join(folder, "history");
    const history = openInputHistory(file);
    history.add("  ");
    history.add("x".repeat(1_000_000));
    expect(openInputHistory(file).entries).toEqual([]);
  });
});

describe("historyFile", () => {
  it("lies in XDG_STATE_HOME, unless that is relative, else below the home folder", () => {
    const below = path.join("holdfast", "connect-history");
    expect(historyFile({ XDG_STATE_HOME: "/state", HOME: "/home/ann" })).toBe(path.join("/state", below));
    const atHome = path.join("/home/ann", ".local", "state", below);
    expect(historyFile({ XDG_STATE_HOME: "state", HOME: "/home/ann" })).toBe(atHome);
    expect(historyFile({ HOME: "/home/ann" })).toBe(atHome);
  });
});
