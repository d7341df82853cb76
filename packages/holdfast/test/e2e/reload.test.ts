import { rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { makeFolder, openClient, removeFolder, startDev, type DevProcess } from "../support/holdfast.ts";

let folder = "";
let running: DevProcess | undefined;

async function dev(files: Record<string, string>): Promise<DevProcess> {
  folder = await makeFolder(files);
  running = await startDev(folder);
  return running;
}

afterEach(async () => {
  if (running?.child.exitCode === null) await running.stop("SIGKILL");
  running = undefined;
  await removeFolder(folder);
});

const versioned = (version: number, more = ""): string => `import { App } from "holdfast";
const app = new App("versioned");
export default app;
const ws = app.websocket();
ws.onMessage(({ text }) => text + " v${version}");
ws.on("slow", async () => { await new Promise((resolve) => setTimeout(resolve, 600)); return "slow v${version}"; });
${more}
`;

const save = (name: string, text: string): Promise<void> => writeFile(path.join(folder, name), text);

/** The nth reload, or failure to reload, from 1. */
const nthReload = (app: DevProcess, count: number, event = "reloaded"): Promise<unknown> =>
  app.line((line) => line.event === event && app.lines.filter((one) => one.event === event).length >= count);

test("after a save the next message runs the new code, on the socket that was open", async () => {
  const app = await dev({ "app.ts": versioned(1) });
  const client = await openClient(app.url);
  client.socket.send("a");
  expect(await client.next()).toBe("a v1");

  await save("app.ts", versioned(2));
  await nthReload(app, 1);

  client.socket.send("b");
  expect(await client.next()).toBe("b v2");
});

test("a handler that runs during a reload finishes on the old code", async () => {
  const app = await dev({ "app.ts": versioned(1) });
  const client = await openClient(app.url);
  client.socket.send('{"action":"slow"}');
  await sleep(50);

  await save("app.ts", versioned(2));
  await nthReload(app, 1);
  client.socket.send("quick");

  expect(await client.next()).toBe("quick v2");
  expect(await client.next()).toBe("slow v1");
});

test("a socket that was open when a route was added can use it, and one that was taken away is Forbidden", async () => {
  const app = await dev({
    "app.ts": versioned(1).replace("ws.onMessage", 'ws.on("old", () => "old"); if (false) ws.onMessage'),
  });
  const client = await openClient(app.url);
  client.socket.send('{"action":"new"}');
  expect(await client.next()).toMatch(
    /^\{"message": "Forbidden", "connectionId":"[^"]+", "requestId":"[^"]+"\}$/,
  );
  client.socket.send('{"action":"old"}');
  expect(await client.next()).toBe("old");

  await save(
    "app.ts",
    versioned(2, 'ws.on("new", () => "new");').replace("ws.onMessage", "if (false) ws.onMessage"),
  );
  await nthReload(app, 1);

  client.socket.send('{"action":"new"}');
  expect(await client.next()).toBe("new");
  client.socket.send('{"action":"old"}');
  expect(await client.next()).toContain("Forbidden");
});

test("a build error is shown with file, line and excerpt while the old code serves, and mending it reloads", async () => {
  const app = await dev({ "app.ts": versioned(1) });
  const client = await openClient(app.url);

  await save("app.ts", versioned(2, "const = 3;"));
  const failure = (await app.line((line) => line.event === "reload-failed")) as unknown as {
    diagnostics: object[];
  };

  expect(failure.diagnostics).toEqual([
    expect.objectContaining({
      code: "APP_BUILD_FAILED",
      place: {
        file: path.join(folder, "app.ts"),
        line: 7,
        column: expect.any(Number),
        excerpt: "const = 3;",
      },
    }),
  ]);
  client.socket.send("still");
  expect(await client.next()).toBe("still v1");
  await save("app.ts", versioned(3));
  await nthReload(app, 1);
  client.socket.send("again");
  expect(await client.next()).toBe("again v3");
});

test("code that throws while loading, or declares two routes alike, leaves the old code serving", async () => {
  const app = await dev({ "app.ts": versioned(1) });
  const client = await openClient(app.url);

  await save("app.ts", versioned(2, 'throw new Error("boom at load");'));
  const thrown = await app.line((line) => line.event === "reload-failed");
  expect(JSON.stringify(thrown)).toContain("boom at load");
  await save("app.ts", versioned(3, 'ws.on("slow", () => 1);'));
  await nthReload(app, 2, "reload-failed");
  expect(JSON.stringify(app.lines.at(-1))).toContain("ROUTE_DUPLICATE");

  client.socket.send("still");
  expect(await client.next()).toBe("still v1");
});

test("a change in an imported file, new or saved by renaming, reloads", async () => {
  const app = await dev({
    "app.ts": versioned(1, 'import { word } from "./lib/word.ts"; ws.on("word", () => word);'),
    "lib/word.ts": 'export const word = "one";',
  });
  const client = await openClient(app.url);

  await save("lib/word.ts", 'export const word = "two";');
  await nthReload(app, 1);
  client.socket.send('{"action":"word"}');
  expect(await client.next()).toBe("two");

  await save("lib/.word.ts.tmp", 'import { three } from "./three.ts"; export const word = three;');
  await save("lib/three.ts", 'export const three = "three";');
  await rename(path.join(folder, "lib/.word.ts.tmp"), path.join(folder, "lib/word.ts"));
  await nthReload(app, 2);
  client.socket.send('{"action":"word"}');
  expect(await client.next()).toBe("three");

  await save("lib/three.ts", 'export const three = "3";');
  await nthReload(app, 3);
  client.socket.send('{"action":"word"}');
  expect(await client.next()).toBe("3");
});

test("while files are saved under load no message is lost, none is answered twice, and no socket drops", async () => {
  const app = await dev({ "app.ts": versioned(0) });
  const clients = await Promise.all(Array.from({ length: 5 }, () => openClient(app.url)));
  let sending = true;
  let sent = 0;
  const load = (async () => {
    for (; sending; sent += 1) {
      for (const { socket } of clients) socket.send(`m${sent}`);
      await sleep(3);
    }
  })();

  const saves = 8;
  for (let version = 1; version <= saves; version += 1) {
    await save("app.ts", versioned(version));
    await nthReload(app, version);
  }
  sending = false;
  await load;

  for (const { socket, messages } of clients) {
    await expect.poll(() => messages.length, { timeout: 5000 }).toBe(sent);
    expect(new Set(messages.map((message) => message.split(" ")[0])).size).toBe(sent);
    socket.send("last");
    await expect.poll(() => messages.at(-1), { timeout: 5000 }).toBe(`last v${saves}`);
    expect(socket.readyState).toBe(socket.OPEN);
  }
});
