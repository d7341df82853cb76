import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { templates } from "../../packages/holdfast/src/cli/new/templates.ts";

const script = fileURLToPath(new URL("../start.ts", import.meta.url));

interface Started {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it to its end, or, once `enough` has been written, to Ctrl-C. */
function runStart(args: readonly string[], enough?: string): Promise<Started> {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    timeout: 20_000,
  });
  let [stdout, stderr] = ["", ""];
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => {
    const wasEnough = enough !== undefined && stdout.includes(enough);
    stdout += chunk.toString();
    // As a terminal does, to all of its processes.
    if (!wasEnough && enough !== undefined && stdout.includes(enough))
      process.kill(-(child.pid ?? 0), "SIGINT");
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
}

test("an example is run by its name, with options for dev, and a line says which others there are", async () => {
  const stage = ["--port", "0", "--stage", "start-test", "--json"];
  const { code, stdout, stderr } = await runStart(["rate-limit", ...stage], '"ready"');
  expect(code).toBe(0);
  expect(JSON.parse(stdout.split("\n")[0] ?? "")).toMatchObject({ event: "ready", app: "patient-chat" });
  expect(stderr).toMatch(/^Example: rate-limit\. .*npm start -- <name>.*chat.*relay/);
});

test("a name that is none lists those there are", async () => {
  const { code, stderr } = await runStart(["nonsense"]);
  expect(code).toBe(1);
  for (const { name } of templates) expect(stderr).toContain(name);
});
