import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import {
  makeFolder,
  openClient,
  removeFolder,
  startDev,
  type DevProcess,
  type Line,
} from "../support/holdfast.ts";

let folder = "";
let running: DevProcess | undefined;

afterEach(async () => {
  if (running?.child.exitCode === null) await running.stop("SIGKILL");
  running = undefined;
  await removeFolder(folder);
});

async function dev(code: string): Promise<DevProcess> {
  folder = await makeFolder({ "app.ts": code });
  running = await startDev(folder);
  return running;
}

const feed = (version: number): string => `import { App } from "holdfast";
const app = new App("feed");
export default app;
const ws = app.websocket();
ws.onMessage(() => "handler ${version}");
app.service(async ({ signal }) => {
  console.log("started ${version}");
  const timer = setInterval(() => void ws.broadcast("tick ${version}"), 20);
  signal.addEventListener("abort", () => console.log("aborted ${version}"));
  return async () => {
    clearInterval(timer);
    await ws.broadcast("last ${version}");
    console.log("stopped ${version}");
  };
});
`;

const said = (lines: readonly Line[]): unknown[] =>
  lines
    .map((line) => line.message)
    .filter((message) => /^(?:started|aborted|stopped) /.test(String(message)));

test("a service runs with the app, uses its resources, and its stopper runs at a reload and at the end", async () => {
  const app = await dev(feed(1));
  const client = await openClient(app.url);
  expect(await client.next()).toBe("tick 1");

  await writeFile(path.join(folder, "app.ts"), feed(2));
  await app.line((line) => line.message === "started 2");
  // The old one stopped before the new one began, and its last word came through.
  expect(said(app.lines)).toEqual(["started 1", "aborted 1", "stopped 1", "started 2"]);
  let next = await client.next();
  while (next === "tick 1") next = await client.next();
  expect(next).toBe("last 1");

  expect(await app.stop()).toBe(0);
  expect(said(app.lines).slice(4)).toEqual(["aborted 2", "stopped 2"]);
});

test("a service that fails is reported, and started again", async () => {
  const app = await dev(`import { App } from "holdfast";
const app = new App("failing");
export default app;
const attempts = app.state("attempts", 0);
app.service("feed", async () => {
  const attempt = (await attempts.get()) + 1;
  await attempts.set(attempt);
  if (attempt === 1) throw new Error("no feed yet");
  if (attempt === 2) process.exit(3);
  console.log("running at attempt " + attempt);
});
`);
  await app.line((line) => line.message === "running at attempt 3");
  const failures = app.lines.filter(({ event }) => event === "service-failed").map(({ message }) => message);
  expect(failures).toEqual([
    expect.stringMatching(/^Service "feed" failed; it is started again/),
    expect.stringMatching(/^Service "feed" failed; it is started again/),
  ]);
  // The end of its process is told once, by the line above.
  expect(app.lines.filter(({ event }) => event === "function-process-lost")).toEqual([]);
  expect(await app.stop()).toBe(0);
});

test("a service that does not stop in time is ended", { timeout: 30_000 }, async () => {
  const app = await dev(`import { App } from "holdfast";
const app = new App("stubborn");
export default app;
app.service(() => { console.log("started"); return () => new Promise(() => {}); });
`);
  await app.line((line) => line.message === "started");
  expect(await app.stop()).toBe(0);
  expect(app.lines.find(({ event }) => event === "service-failed")?.message).toBe(
    'Service "service" did not stop cleanly',
  );
});
