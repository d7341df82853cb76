import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { runHoldfast } from "../../support/holdfast.ts";
import { runExistingApp, send } from "./existing-app.ts";

test("connect, send, logs and inspect reach an app that a template describes", async () => {
  const app = await runExistingApp("sam-chat");
  const message = '{"action":"sendmessage","data":"from the command"}';
  const talked = await runHoldfast(["connect", "-x", message, "--count", "1"], app.folder);
  expect([talked.code, talked.stdout]).toEqual([0, "from the command\n"]);

  const client = await app.connect();
  send(client, { action: "unknown" });
  const { connectionId } = JSON.parse(await client.next()) as { connectionId: string };
  expect((await runHoldfast(["send", connectionId, "hello"], app.folder)).code).toBe(0);
  expect(await client.next()).toBe("hello");

  const { stdout: logs } = await runHoldfast(["logs"], app.folder);
  for (const line of ["START", "END", "REPORT"])
    expect(logs).toMatch(new RegExp(`chat-sendmessage ${line} RequestId: [0-9a-f-]{36}`));

  const { stdout: model } = await runHoldfast(["inspect"], app.folder);
  expect(model).toContain('WebSocket API "chat"');
  expect(model).toMatch(/chat-sendmessage +send\.handler in src +nodejs20\.x/);
});

test("a handler that cannot be loaded is shown with its place, and mended by saving it", async () => {
  const app = await runExistingApp("sam-chat");
  const file = path.join(app.folder, "src/send.js");
  const text = await readFile(file, "utf8");
  const client = await app.connect();
  await writeFile(file, text.replace("export const", "export cnst"));
  await app.line(({ event }) => event === "reloaded");
  send(client, { action: "sendmessage", data: "x" });
  expect(JSON.parse(await client.next())).toMatchObject({ message: "Internal server error" });
  const failed = await app.line(({ event }) => event === "function-process-lost");
  const line = text.split("\n").findIndex((one) => one.startsWith("export const")) + 1;
  expect(JSON.stringify(failed)).toContain(`src/send.js:${line}`);

  const reloads = app.lines.filter(({ event }) => event === "reloaded").length;
  await writeFile(file, text);
  await app.line(() => app.lines.filter(({ event }) => event === "reloaded").length > reloads);
  send(client, { action: "sendmessage", data: "mended" });
  expect(await client.next()).toBe("mended");
});
