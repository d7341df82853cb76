import { expect, test } from "vitest";
import { runExistingApp, send } from "./existing-app.ts";

test("an authorizer lets in whom it knows, and its context and the stage's variables come with events", async () => {
  const app = await runExistingApp("sam-authorizer", "--parameter", "Motto=be quick");
  const ann = await app.connect("?token=red");
  send(ann, { action: "whoami" });
  expect(JSON.parse(await ann.next())).toEqual({
    principalId: "ann",
    name: "ann",
    visits: "3",
    isAdmin: "true",
    motto: "be quick",
  });
  await expect(app.connect("?token=green")).rejects.toThrow("403");
  await expect(app.connect()).rejects.toThrow("401");
  await expect(app.connect("?token=boom")).rejects.toThrow("500");
});

test("an app without a function writes and reads its table through mapping templates", async () => {
  const app = await runExistingApp("cloudformation-guestbook", "template.json");
  const client = await app.connect();
  for (const text of ['one "quoted"', "two"]) {
    send(client, { action: "write", guest: "ann", text });
    expect(JSON.parse(await client.next())).toMatchObject({ written: true });
  }
  send(client, { action: "write", guest: "ann" });
  expect(JSON.parse(await client.next())).toMatchObject({ message: "Bad request body" });
  send(client, { action: "write", guest: "ann", text: "x".repeat(141) });
  expect(JSON.parse(await client.next())).toMatchObject({ message: "Bad request body" });
  send(client, { action: "read", guest: "ann" });
  expect(await client.next()).toMatch(/^\["one .*","two"\]$/);
});

test("a handler of callbacks finds aws-sdk v2, as the image of its runtime has it", async () => {
  const app = await runExistingApp("sdk-v2-callbacks", "template.yml");
  const client = await app.connect();
  send(client, "one");
  expect(await client.next(20_000)).toBe("message 1: one");
  send(client, "two");
  expect(await client.next()).toBe("message 2: two");
});

test("$connect invokes a function that then posts, and TypeScript handlers are built", async () => {
  const app = await runExistingApp("async-welcome");
  const client = await app.connect("?name=Ann");
  expect(await client.next(20_000)).toBe("Welcome, Ann!");
  send(client, "Ann");
  expect(await client.next()).toBe("Good day, Ann");
});
