import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openClient, removeFolder, startDev } from "../support/holdfast.ts";

const run = promisify(execFile);
const app = fileURLToPath(new URL("../existing-apps/cdk-noughts-and-crosses", import.meta.url));
let folder = "";

// The CDK is 200 MB, which nobody should have to install who works on something else.
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-test-"));
  await cp(app, folder, { recursive: true, filter: (file) => !file.includes("cdk.out") });
  await run("npm", ["install", "--silent", "--prefer-offline"], { cwd: folder });
}, 240_000);

afterAll(() => removeFolder(folder));

test("a CDK app's folder is synthesized by its own cdk, and again when its code is saved", async () => {
  const stack = path.join(folder, "lib/noughts-and-crosses-stack.js");
  const text = await readFile(stack, "utf8");
  const dev = await startDev(folder);
  try {
    expect(dev.ready.functions).toHaveLength(3);
    const client = await openClient(dev.url);
    const unknown = '{"type":"resign"}';
    client.socket.send(unknown);
    expect(JSON.parse(await client.next())).toMatchObject({ message: "Forbidden" });

    await writeFile(stack, text.replace('"play"]', '"play", "resign"]'));
    await dev.line(({ event }) => event === "reloaded", 60_000);
    expect(dev.lines.at(-1)).toMatchObject({ functions: 4 });

    await writeFile(stack, text.replace('"play"]', '"play"'));
    const failed = await dev.line(({ event }) => event === "reload-failed", 60_000);
    expect(JSON.stringify(failed)).toContain("SyntaxError");
    client.socket.close();
    await client.closed;
  } finally {
    await dev.stop("SIGKILL");
  }
});
