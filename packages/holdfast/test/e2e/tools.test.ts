import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  holdfastBin,
  makeFolder,
  openClient,
  removeFolder,
  runHoldfast,
  startDev,
  type CommandResult,
  type DevProcess,
} from "../support/holdfast.ts";

const news = `import { App } from "holdfast";
const app = new App("news");
export default app;
const topic = app.topic("news");
const ws = app.websocket("readers");
ws.on("whoami", ({ connectionId }) => connectionId);
ws.onMessage(({ text }) => { console.info("heard " + text); return "ok"; });
ws.on("fail", () => { throw new TypeError("no such luck"); });
topic.subscribe(async ({ text, subject, attributes }) => {
  await ws.broadcast({ text, subject, attributes });
});
`;

let temporary: string;
const folders: string[] = [];
const running: DevProcess[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  // Apps that other tests run are not to be found here.
  temporary = await mkdtemp(path.join(tmpdir(), "hf-"));
  vi.stubEnv("TMPDIR", temporary);
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const dev of running.splice(0)) if (dev.child.exitCode === null) await dev.stop("SIGKILL");
  vi.unstubAllEnvs();
  for (const folder of [...folders.splice(0), temporary]) await removeFolder(folder);
});

async function makeApp(source = news): Promise<string> {
  const folder = await makeFolder({ "app.ts": source });
  folders.push(folder);
  return folder;
}

async function dev(folder: string, ...args: string[]): Promise<DevProcess> {
  const started = await startDev(folder, ...args);
  running.push(started);
  return started;
}

/** Runs a command with something on its standard input. */
function runWithInput(args: readonly string[], cwd: string, input: string): Promise<CommandResult> {
  const child = spawn(process.execPath, [holdfastBin, ...args], { cwd, stdio: "pipe", timeout: 20_000 });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(input);
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
}

test("send reaches one connection, with text as it is or from the standard input", async () => {
  const folder = await makeApp();
  const { url } = await dev(folder);
  const [client, other] = [await openClient(url), await openClient(url)];
  client.socket.send('{"action":"whoami"}');
  const id = await client.next();

  const sent = await runHoldfast(["send", id, " héllo "], folder);
  expect(sent).toEqual({ code: 0, stdout: `Sent 8 bytes to ${id}\n`, stderr: "" });
  expect(await client.next()).toBe(" héllo ");
  const piped = await runWithInput(["send", id, "-", "--json"], folder, '{"a":1}\n');
  expect(JSON.parse(piped.stdout)).toEqual({ event: "sent", api: "readers", connectionId: id, bytes: 7 });
  expect(await client.next()).toBe('{"a":1}');
  expect(other.messages).toEqual([]);

  client.socket.close();
  await client.closed;
  const gone = await runHoldfast(["send", id, "x"], folder);
  expect([gone.code, gone.stdout]).toEqual([1, ""]);
  expect(gone.stderr).toMatch(/is gone \(CONNECTION_GONE\)\n {2}Its client has left/);
  const nobody = await runHoldfast(["send", "nobody", "x", "--json"], folder);
  expect([nobody.code, nobody.stderr]).toEqual([1, ""]);
  expect(JSON.parse(nobody.stdout)).toMatchObject({ event: "error", code: "CONNECTION_ID_INVALID" });
  const large = await runWithInput(["send", id, "-"], folder, "x".repeat(140_000));
  expect([large.code, large.stderr]).toEqual([1, expect.stringMatching(/PAYLOAD_TOO_LARGE|CONNECTION_GONE/)]);
});

test("an app below or above the folder is meant before others", async () => {
  const [folder, other] = [await makeApp(), await makeApp()];
  await dev(folder);
  await dev(other);
  const [below, above] = [path.join(folder, "below"), path.dirname(folder)];
  await mkdir(below);

  expect((await runHoldfast(["publish", "news", "x"], below)).code).toBe(0);
  const several = await runHoldfast(["publish", "news", "x"], above);
  expect([several.code, several.stderr]).toEqual([1, expect.stringContaining("but several elsewhere")]);
  await running.pop()?.stop("SIGKILL");
  expect((await runHoldfast(["publish", "news", "x"], above)).code).toBe(0);
});

test("of several APIs send takes the one that is named", async () => {
  const folder = await makeApp(
    `${news}app.websocket("writers").onMessage(({ connectionId }) => connectionId);`,
  );
  const { ready } = await dev(folder);
  const client = await openClient(ready.websockets.find(({ name }) => name === "writers")?.url ?? "");
  client.socket.send("x");
  const id = await client.next();

  const unsaid = await runHoldfast(["send", id, "x"], folder);
  expect([unsaid.code, unsaid.stderr]).toEqual([1, expect.stringContaining("Choose one with --api")]);
  expect((await runHoldfast(["send", id, "hello", "--api", "writers"], folder)).code).toBe(0);
  expect(await client.next()).toBe("hello");
});

test("publish reaches the topic's subscribers, with subject and attributes, and prints the message's id", async () => {
  const folder = await makeApp();
  const client = await openClient((await dev(folder)).url);

  const published = await runHoldfast(
    [
      "publish",
      "news",
      '{"hello": "world"}',
      "--subject",
      "all",
      "--attribute",
      "a=1",
      "--attribute",
      "b=x=y",
    ],
    folder,
  );
  expect(published).toEqual({ code: 0, stdout: expect.stringMatching(/^[\da-f-]{36}\n$/), stderr: "" });
  expect(JSON.parse(await client.next())).toEqual({
    text: '{"hello": "world"}',
    subject: "all",
    attributes: { a: "1", b: "x=y" },
  });
  const piped = await runWithInput(["publish", "news", "-", "--json"], folder, "two\nlines\n");
  expect(JSON.parse(piped.stdout)).toMatchObject({ event: "published", topic: "news" });
  expect(JSON.parse(await client.next())).toMatchObject({ text: "two\nlines" });

  const unknown = await runHoldfast(["publish", "olds", "x"], folder);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("It has: news.")]);
  const empty = await runHoldfast(["publish", "news", ""], folder);
  expect([empty.code, empty.stderr]).toEqual([1, expect.stringContaining("TOPIC_REQUEST_INVALID")]);
});

test("the only app that runs is found from anywhere; of several the one of the folder, or none", async () => {
  const [first, second, elsewhere] = [await makeApp(), await makeApp(), await makeApp()];
  const none = await runHoldfast(["publish", "news", "x"], elsewhere);
  expect([none.code, none.stderr]).toEqual([1, expect.stringMatching(/SERVER_NOT_FOUND[\s\S]*holdfast dev/)]);

  const { url } = await dev(first);
  expect((await runHoldfast(["publish", "news", "x"], elsewhere)).code).toBe(0);
  const connected = await runHoldfast(["connect", "-x", '{"action":"whoami"}', "--count", "1"], elsewhere);
  expect(connected.code).toBe(0);

  const other = await dev(second);
  const several = await runHoldfast(["publish", "news", "x"], elsewhere);
  expect([several.code, several.stderr]).toEqual([1, expect.stringContaining(second)]);
  const client = await openClient(url);
  expect((await runHoldfast(["publish", "news", "here"], first)).code).toBe(0);
  expect(await client.next()).toContain("here");

  // A killed app's note and socket are there still, and are taken for what they are.
  await other.stop("SIGKILL");
  expect((await runHoldfast(["publish", "news", "again"], second)).code).toBe(0);
  expect(await client.next()).toContain("again");
});

test("an app whose socket cannot be opened runs all the same, and says that commands cannot reach it", async () => {
  const folder = await makeApp();
  await writeFile(path.join(temporary, `holdfast-${process.getuid?.()}`), "a file in the way");
  const started = await dev(folder);
  const warning = await started.line(({ event }) => event === "commands-unreachable");
  expect(warning.level).toBe("warn");
  const { code, stderr } = await runHoldfast(["publish", "news", "x"], folder);
  expect([code, stderr]).toEqual([1, expect.stringContaining("commands cannot reach it")]);
});

test("logs prints what gateway and functions logged, of earlier runs too, and only what is asked for", async () => {
  const folder = await makeApp();
  const first = await dev(folder);
  const client = await openClient(first.url);
  client.socket.send("tea");
  await client.next();
  client.socket.send('{"action":"fail"}');
  await client.next();
  expect(await first.stop()).toBe(0);

  const all = await runHoldfast(["logs"], folder);
  expect([all.code, all.stderr]).toEqual([0, ""]);
  expect(all.stdout).toMatch(
    /^\d\d:\d\d:\d\d · Started news: .*\n\d\d:\d\d:\d\d · readers-default heard tea\n\d\d:\d\d:\d\d ✖ readers-fail .*no such luck[\s\S]* {11}at .*app\.ts:8[\s\S]*· Stopping\n$/,
  );
  const shown = async (...args: string[]): Promise<string[]> =>
    (await runHoldfast(["logs", ...args], folder)).stdout.split("\n").filter((line) => /^\d/.test(line));
  expect(await shown("--grep", "TEA")).toEqual([expect.stringContaining("heard tea")]);
  expect(await shown("--function", "readers-default")).toEqual([expect.stringContaining("heard tea")]);
  expect(await shown("--level", "warn")).toEqual([expect.stringContaining("no such luck")]);
  expect(await shown("--since", "1h", "--level", "error")).toHaveLength(1);
  expect(await shown("--since", "2999-01-01")).toEqual([]);
  const asJson = (await runHoldfast(["logs", "--json", "--level", "error"], folder)).stdout;
  expect(JSON.parse(asJson)).toMatchObject({
    level: "error",
    function: "readers-fail",
    error: { code: "HANDLER_THREW", message: "no such luck" },
  });
  const wrong = await runHoldfast(["logs", "--since", "yesterday"], folder);
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("OPTION_INVALID")]);

  await mkdir(path.join(folder, "below"));
  const below = await runHoldfast(["logs"], path.join(folder, "below"));
  expect([below.code, below.stderr]).toEqual([1, expect.stringContaining("SERVER_NOT_FOUND")]);
});

test("logs -f follows, through kill -9 and another start, until Ctrl-C", async () => {
  const folder = await makeApp();
  const first = await dev(folder);
  const child = spawn(process.execPath, [holdfastBin, "logs", "-f", "--json"], {
    cwd: folder,
    stdio: "pipe",
  });
  children.push(child);
  const lines: { readonly event: string; readonly message: string }[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(JSON.parse(line)));
  const said = (): string[] => lines.map(({ message }) => message.replace(/:.*/, ""));

  const client = await openClient(first.url);
  client.socket.send("one");
  await expect.poll(said, { timeout: 10_000 }).toEqual(["Started news", "heard one"]);
  await first.stop("SIGKILL");
  const second = await dev(folder, "--reset");
  const again = await openClient(second.url);
  again.socket.send("two");
  await expect.poll(() => said().slice(2), { timeout: 10_000 }).toEqual(["Started news", "heard two"]);

  child.kill("SIGINT");
  expect((await once(child, "exit"))[0]).toBe(0);
});

test("each stage has its log, and the running one's is shown unless another is named", async () => {
  const folder = await makeApp();
  const first = await dev(folder, "--stage", "one");
  await first.stop();
  await dev(folder, "--stage", "two");
  await expect
    .poll(async () => (await runHoldfast(["logs"], folder)).stdout, { timeout: 10_000 })
    .toContain("/two");
  expect((await runHoldfast(["logs", "--stage", "one"], folder)).stdout).toContain("/one");
});

test("a test's app leaves no log and is not found by commands", async () => {
  const folder = await makeApp();
  await writeFile(
    path.join(folder, "use.ts"),
    `import { start } from ${JSON.stringify(new URL("../../dist/testing.js", import.meta.url).href)};
const app = await start(${JSON.stringify(path.join(folder, "app.ts"))});
const { execFileSync } = await import("node:child_process");
let outcome = "found";
try { execFileSync(process.execPath, [${JSON.stringify(holdfastBin)}, "publish", "news", "x"], { cwd: ${JSON.stringify(temporary)}, stdio: "ignore" }); } catch { outcome = "not found"; }
await app.stop();
console.log(outcome);
`,
  );
  const child = spawn(process.execPath, [path.join(folder, "use.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  await once(child, "close");
  expect(stdout).toBe("not found\n");
  expect(await readdir(temporary)).toEqual([path.basename(folder)]);
});
