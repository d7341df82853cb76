import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { start } from "../../src/testing/index.ts";
import { openClient, runHoldfast, startDev, type DevProcess } from "../support/holdfast.ts";
import { pageFile, useGuideFiles } from "./guide-page.ts";

const filesOfPage = useGuideFiles();
const page = "existing-apps.md";

const started: DevProcess[] = [];
afterEach(async () => {
  for (const dev of started.splice(0)) await dev.stop("SIGKILL");
});

async function dev(folder: string, ...args: string[]): Promise<DevProcess> {
  const running = await startDev(folder, ...args);
  started.push(running);
  return running;
}

async function ask(url: string, message: object): Promise<string> {
  const client = await openClient(url);
  client.socket.send(JSON.stringify(message));
  const answer = await client.next(20_000);
  client.socket.terminate();
  return answer;
}

const ada = { action: "sign", name: "Ada" };

test("the template on the page about existing apps does what the page says", async () => {
  const folder = await filesOfPage(page);
  const { ready, url } = await dev(folder, "--parameter", "Greeting=Hi");
  const { host } = new URL(ready.http);
  expect(url).toBe(`ws://${host}/live`);
  expect(ready.functions).toEqual(["Sign", "Welcome"]);
  expect(ready.outputs).toEqual([expect.objectContaining({ name: "Url", value: `wss://${host}/live` })]);
  expect(await ask(url, ada)).toBe("Hi, Ada: guest 1");
});

test("inspect warns of what the template's page says is not run, where it is", async () => {
  const text = await readFile(pageFile(page), "utf8");
  const [warning = ""] = /^▲ [\s\S]*?(?=^```)/m.exec(text) ?? [];
  const { stdout, stderr } = await runHoldfast(["inspect"], await filesOfPage(page));
  expect(stderr.trim()).toBe(warning.trim());
  expect(stdout).toContain("Url  wss://");
});

test("parameters and their file are taken as the page says, and a saved handler is the next to run", async () => {
  const folder = await filesOfPage(page);
  await writeFile(path.join(folder, "staging.json"), '{"Greeting": "Good day"}');
  const running = await dev(folder, "--parameters", "staging.json");
  expect(await ask(running.url, ada)).toBe("Good day, Ada: guest 1");

  const handlers = path.join(folder, "src/guests.mjs");
  await writeFile(handlers, (await readFile(handlers, "utf8")).replace("guest $", "visitor $"));
  await running.line(({ event }) => event === "reloaded");
  expect(await ask(running.url, { ...ada, name: "Bo" })).toBe("Good day, Bo: visitor 2");
});

test("a template starts in a test, too", async () => {
  await using app = await start(path.join(await filesOfPage(page), "template.yaml"));
  const client = await app.connect();
  client.send(ada);
  expect(await client.next()).toBe("Hello, Ada: guest 1");
  expect(await app.rows("Guests")).toEqual([{ id: "Ada" }]);
});
