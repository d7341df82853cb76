import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import type { AppModel } from "../../../src/model/app-model.ts";
import { runHoldfast } from "../../support/holdfast.ts";
import { copyExistingApp, runExistingApp, send, type ExistingApp } from "./existing-app.ts";

/** What every form of the chat does. */
async function chatWorks(app: ExistingApp): Promise<void> {
  const [ann, bob] = [await app.connect(), await app.connect()];
  send(ann, { action: "sendmessage", data: "hello, wörld 👋" });
  expect([await ann.next(), await bob.next()]).toEqual(["hello, wörld 👋", "hello, wörld 👋"]);

  send(ann, { action: "nothing" });
  expect(JSON.parse(await ann.next())).toMatchObject({ message: "Forbidden" });

  bob.socket.close();
  await bob.closed;
  send(ann, { action: "sendmessage", data: "alone" });
  expect(await ann.next()).toBe("alone");
}

test("the chat runs as SAM has it, and as code has it", async () => {
  const sam = await runExistingApp("sam-chat", "template.yaml");
  expect(sam.ready.functions).toEqual(["chat-connect", "chat-disconnect", "chat-sendmessage"]);
  await chatWorks(sam);
  await chatWorks(await runExistingApp("code-chat"));
});

test("both are the same model, but for what their functions are made of", async () => {
  const sam = await inspect("sam-chat");
  const code = await inspect("code-chat");
  expect(withoutCode(sam)).toEqual(withoutCode(code));
});

test("saving a handler reloads it under open sockets", async () => {
  const app = await runExistingApp("sam-chat");
  const client = await app.connect();
  send(client, { action: "sendmessage", data: "one" });
  expect(await client.next()).toBe("one");

  const file = path.join(app.folder, "src/send.js");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace("Data: data", 'Data: "new: " + data'));
  await app.line(({ event }) => event === "reloaded");
  send(client, { action: "sendmessage", data: "two" });
  expect(await client.next()).toBe("new: two");
});

test("its outputs are local", async () => {
  const app = await runExistingApp("sam-chat");
  const authority = new URL(app.ready.http).host;
  expect(app.ready.outputs).toEqual([
    expect.objectContaining({ name: "ConnectionsTableArn" }),
    expect.objectContaining({ name: "WebSocketURI", value: `wss://${authority}/Prod` }),
  ]);
});

async function inspect(name: string): Promise<AppModel> {
  const { stdout, stderr } = await runHoldfast(["inspect", "--json"], await copyExistingApp(name));
  expect(stderr).toBe("");
  return JSON.parse(stdout) as AppModel;
}

/** Runtimes, handlers and roles are of the one, exports and grants of the other; outputs code has none. */
function withoutCode(model: AppModel): unknown {
  return {
    ...model,
    app: {},
    outputs: [],
    webSocketApis: model.webSocketApis.map((api) => ({ ...api, stage: undefined })),
    functions: model.functions.map(({ name, timeoutMs }) => ({ name, timeoutMs })),
  };
}
