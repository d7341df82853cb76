import { spawnSync } from "node:child_process";
import { appendFile, mkdir, rm } from "node:fs/promises";
import path from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { makeFolder, openClient, removeFolder, runHoldfast, startDev } from "../support/holdfast.ts";
import type { Client, DevProcess } from "../support/holdfast.ts";
import { stateApp } from "./state-app.ts";

const isRoot = process.getuid?.() === 0;

/** The app in a folder whose `.holdfast` is a small disk of its own; undefined where none can be mounted. */
async function makeSmallDisk(): Promise<{ readonly folder: string; readonly disk: string } | undefined> {
  const folder = await makeFolder({ "app.ts": stateApp });
  onTestFinished(() => removeFolder(folder));
  const disk = path.join(folder, ".holdfast");
  await mkdir(disk);
  const isMounted =
    isRoot && spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", disk]).status === 0;
  if (!isMounted) return undefined;
  onTestFinished(() => void spawnSync("umount", ["-l", disk]));
  return { folder, disk };
}

async function fill(disk: string): Promise<void> {
  const piece = Buffer.alloc(64 * 1024);
  for (let size = piece.byteLength; size >= 1;) {
    const isThere = await appendFile(path.join(disk, "filler"), piece.subarray(0, size)).then(
      () => true,
      () => false,
    );
    if (!isThere) size = Math.floor(size / 2);
  }
}

const makeRoom = (disk: string): Promise<void> => rm(path.join(disk, "filler"));

async function ask(client: Client, request: string): Promise<string> {
  client.socket.send(request);
  return client.next();
}

async function start(folder: string): Promise<DevProcess> {
  const app = await startDev(folder);
  onTestFinished(() => void app.child.kill("SIGKILL"));
  return app;
}

test("a disk that fills up refuses writes, and nothing else; with room again, they go on", async ({
  skip,
}) => {
  const place = await makeSmallDisk();
  if (place === undefined) return skip("a small file system cannot be mounted here");
  const app = await start(place.folder);
  const client = await openClient(app.url);
  expect(await ask(client, "row before")).toBe("row done");
  expect(await ask(client, "object before")).toBe("object done");

  await fill(place.disk);
  for (let times = 0; times < 40; times += 1) {
    for (const what of ["row", "object", "event"])
      expect(await ask(client, `${what} full-${times}`)).toBe(`${what} STATE_NOT_WRITABLE`);
    expect(await ask(client, "read before")).toBe("read done");
    expect(await ask(client, "readObject before")).toBe("readObject done");
    // Its record cannot be written either.
    const other = await openClient(app.url);
    expect(await ask(other, "read before")).toBe("read done");
    other.socket.close();
    await other.closed;
  }
  // The app was told each time, and kept it to itself; the log has a line of each kind, and not of each time.
  const lines = app.lines.filter(({ level }) => level === "warn" || level === "error");
  expect(lines.map(({ event }) => event)).toContain("state.not-writable");
  expect(lines.length).toBeLessThan(10);

  await makeRoom(place.disk);
  for (const what of ["row", "object", "event"])
    expect(await ask(client, `${what} after`)).toBe(`${what} done`);
  await expect.poll(() => ask(client, "effect after")).toBe("effect done");
  expect(await app.stop()).toBe(0);
});

test("an app that starts on a full disk, or a read-only one, says so and ends; nothing is lost", async ({
  skip,
}) => {
  const place = await makeSmallDisk();
  if (place === undefined) return skip("a small file system cannot be mounted here");
  const first = await start(place.folder);
  const client = await openClient(first.url);
  expect(await ask(client, "row before")).toBe("row done");
  await first.stop("SIGKILL");

  const refused = async (): Promise<void> => {
    const { code, stdout, stderr } = await runHoldfast(["dev", "--json", "--port", "0"], place.folder);
    expect(`${stdout}${stderr}`).toContain("STATE_NOT_WRITABLE");
    expect(code).toBe(1);
  };
  await fill(place.disk);
  await refused();
  expect(spawnSync("mount", ["-o", "remount,ro", place.disk]).status).toBe(0);
  await refused();
  expect(spawnSync("mount", ["-o", "remount,rw", place.disk]).status).toBe(0);
  await makeRoom(place.disk);

  const again = await start(place.folder);
  const back = await openClient(again.url);
  expect(await ask(back, "read before")).toBe("read done");
  expect(await again.stop()).toBe(0);
});
