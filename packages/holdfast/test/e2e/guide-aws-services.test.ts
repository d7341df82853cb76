import { execFile, spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { hasBoto3 } from "../setup/python.ts";
import { startDev, type DevProcess } from "../support/holdfast.ts";
import { pageFile, useGuideFiles } from "./guide-page.ts";

const run = promisify(execFile);
const filesOfPage = useGuideFiles();
const page = "aws-services.md";

const hasAws = spawnSync("aws", ["--version"]).status === 0;
const isPythonThere = hasBoto3();
if (!hasAws) console.warn("SKIPPED: the commands on the page about AWS's services: there is no aws command");
if (!isPythonThere)
  console.warn("SKIPPED: the script on the page about AWS's services: python3 has no boto3");

const started: DevProcess[] = [];
afterEach(async () => {
  for (const dev of started.splice(0)) await dev.stop("SIGKILL");
});

/** Runs the app on the page, and gives its folder, and the endpoint of AWS's services. */
async function runPage(): Promise<{ readonly folder: string; readonly endpoint: string }> {
  const folder = await filesOfPage(page);
  const dev = await startDev(folder);
  started.push(dev);
  return { folder, endpoint: dev.ready.http.replace(/\/$/, "") };
}

test.skipIf(!isPythonThere)(
  "the script on the page about AWS's services prints what the page says",
  async () => {
    const { folder, endpoint } = await runPage();
    const { stdout } = await run("python3", [path.join(folder, "calls.py"), endpoint]);
    expect(await readFile(pageFile(page), "utf8")).toContain(`it prints:\n\n\`\`\`\n${stdout}\`\`\``);
  },
);

test.skipIf(!hasAws || !isPythonThere)(
  "the commands on the page about AWS's services find, change and invoke what the app has",
  { timeout: 120_000 },
  async () => {
    const { folder, endpoint } = await runPage();
    const file = path.join(folder, "commands.sh");
    const commands = (await readFile(file, "utf8")).replaceAll("http://localhost:3333", endpoint);
    const isOfLogs = (line: string): boolean => line.startsWith("aws logs ");
    const script = (keep: (line: string) => boolean): string =>
      ["set -e", ...commands.split("\n").filter((line) => !line.startsWith("aws ") || keep(line))].join("\n");

    await writeFile(
      file,
      script((line) => !isOfLogs(line)),
    );
    const { stdout } = await run("bash", [file], { cwd: folder });
    expect(stdout).toMatch(/^Bo\n/);
    expect(stdout).toContain("s3://pictures/guests/bo.json");
    expect(stdout).toMatch(/ 15 bo\.json\n/);
    expect(stdout).toContain("Greet Bo\n");
    expect(stdout).toContain('"Hello, Bo"');
    expect(stdout.trim()).toMatch(/\n\d+$/);

    // The topic's message comes in its own time.
    await writeFile(file, script(isOfLogs));
    const readLogs = async (): Promise<string> => (await run("bash", [file], { cwd: folder })).stdout;
    await expect.poll(readLogs, { timeout: 60_000, interval: 500 }).toContain("Bo is here");
  },
);
