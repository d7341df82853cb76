import { exec } from "node:child_process";
import { mkdtemp, readFile, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeFolder, openClient, removeFolder, startDev, type DevProcess } from "../support/holdfast.ts";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const run = promisify(exec);

let folder: string;
let temporary: string;
let dev: DevProcess | undefined;

beforeEach(async () => {
  temporary = await mkdtemp(path.join(tmpdir(), "hf-"));
  vi.stubEnv("TMPDIR", temporary);
});

afterEach(async () => {
  if (dev?.child.exitCode === null) await dev.stop("SIGKILL");
  vi.unstubAllEnvs();
  await removeFolder(folder);
  await removeFolder(temporary);
});

test("the commands on the page about tools write what it shows", async () => {
  const page = await readFile(path.join(repository, "docs/guide/tools.md"), "utf8");
  folder = await makeFolder({ "app.ts": /^```ts\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? "" });
  await symlink(path.join(repository, "node_modules"), path.join(folder, "node_modules"));
  dev = await startDev(folder);
  const client = await openClient(dev.url);
  client.socket.send('{"action":"whoami"}');
  const id = await client.next();

  const shownId = "DM2x0sUfsZ6UwWy_ig==";
  const commands = [...page.matchAll(/^\$ (?<command>.*)\n(?<output>.*)$/gm)];
  for (const { groups: { command = "", output = "" } = {} } of commands) {
    const { stdout } = await run(command.replaceAll(shownId, id), { cwd: folder, timeout: 20_000 });
    // Ids and times differ each time, not in their form.
    expect([command, formOf(stdout.trimEnd().replaceAll(id, shownId))]).toEqual([command, formOf(output)]);
    if (command.includes("publish")) await flushed(folder);
  }
  expect(commands).toHaveLength(5);
  expect(client.messages).toEqual([id, "Your cake is ready", "Your cake is ready", "New order: two scones"]);
});

/** The log is written a little after it is shown. */
async function flushed(cwd: string): Promise<void> {
  await expect
    .poll(async () => (await run("npx holdfast logs", { cwd })).stdout, { timeout: 10_000 })
    .toContain("scones");
}

function formOf(text: string): string {
  return text
    .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, "(uuid)")
    .replaceAll(/^\d\d:\d\d:\d\d/gm, "(time)")
    .replaceAll(/^[\w-]{18}==$/gm, "(connection)");
}
