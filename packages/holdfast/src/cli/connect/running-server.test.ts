import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findRunningServer } from "./running-server.ts";

const chat = { name: "chat", url: "ws://localhost:3333/dev" };
const game = { name: "game", url: "ws://localhost:3333/game" };
const withParts = { name: "rooms", url: "ws://localhost:3333/rooms/{room}" };

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-connect-"));
  await mkdir(path.join(folder, ".holdfast"));
  // Where apps that run elsewhere would be found: there are none.
  vi.stubEnv("TMPDIR", folder);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function write(websockets: unknown, pid: unknown = process.pid): Promise<void> {
  const text = JSON.stringify({ pid, websockets, http: "http://localhost:3333" });
  await writeFile(path.join(folder, ".holdfast", "running.json"), text);
}

describe("findRunningServer", () => {
  it("finds the only API", async () => {
    await write([chat]);
    await expect(findRunningServer(folder, undefined)).resolves.toBe(chat.url);
  });

  it("finds the API that is named", async () => {
    await write([chat, game]);
    await expect(findRunningServer(folder, "game")).resolves.toBe(game.url);
  });

  it("asks which of several is meant", async () => {
    await write([chat, game]);
    await expect(findRunningServer(folder, undefined)).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining("chat, game"),
      hint: expect.stringContaining("--api"),
    });
  });

  it("says which APIs there are when the named one is not among them", async () => {
    await write([chat, game]);
    await expect(findRunningServer(folder, "lobby")).rejects.toMatchObject({
      code: "OPTION_INVALID",
      hint: expect.stringContaining("chat, game"),
    });
  });

  it("asks for the whole URL where its path has parts to fill in", async () => {
    await write([withParts]);
    await expect(findRunningServer(folder, undefined)).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining(withParts.url),
    });
  });

  it("finds nothing when the app has no WebSocket API", async () => {
    await write([]);
    await expect(findRunningServer(folder, undefined)).rejects.toMatchObject({ code: "SERVER_NOT_FOUND" });
  });

  it("finds nothing where no app ran", async () => {
    await expect(findRunningServer(folder, undefined)).rejects.toMatchObject({
      code: "SERVER_NOT_FOUND",
      hint: expect.stringContaining("holdfast dev"),
    });
  });

  it("finds nothing when the process has ended without tidying up", async () => {
    await write([chat], spawnSync(process.execPath, ["-e", ""]).pid);
    await expect(findRunningServer(folder, undefined)).rejects.toMatchObject({ code: "SERVER_NOT_FOUND" });
  });

  it.each([["{"], ['{"pid":"1"}'], ["null"]])("finds nothing when the file holds %s", async (text) => {
    await writeFile(path.join(folder, ".holdfast", "running.json"), text);
    await expect(findRunningServer(folder, undefined)).rejects.toMatchObject({ code: "SERVER_NOT_FOUND" });
  });
});
