import { cp } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import {
  makeFolder,
  openClient,
  removeFolder,
  startDev,
} from "../../../packages/holdfast/test/support/holdfast.ts";

test("a name is free again after kill -9", async () => {
  const folder = await makeFolder({});
  await cp(fileURLToPath(new URL("../app.ts", import.meta.url)), path.join(folder, "app.ts"));
  const join = async (url: string): Promise<string> => {
    const client = await openClient(url.replace("{username}", "Ann"));
    return Promise.race([client.next(), client.closed.then(({ reason }) => reason)]);
  };
  const running = await startDev(folder);
  try {
    expect(await join(running.url)).toMatch(/^Hi Ann!/);
    expect(await join(running.url)).toBe("Username already exists.");
  } finally {
    await running.stop("SIGKILL");
  }

  const again = await startDev(folder);
  try {
    // Its disconnect handler runs at the start, soon but not before the port is open.
    await expect.poll(() => join(again.url), { timeout: 5000 }).toMatch(/^Hi Ann!/);
  } finally {
    await again.stop();
    await removeFolder(folder);
  }
});
