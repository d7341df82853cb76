import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { start } from "../../src/testing/index.ts";
import { useGuidePages } from "./guide-page.ts";

const appOfPage = useGuidePages();

test("the app on the page about schemas does what the page says", async () => {
  await using app = await start(await appOfPage("schemas.md"));
  const client = await app.connect();
  client.send({ action: "move", row: 1, column: 2 });
  expect(await client.next()).toBe("Row 1, column 2");
  client.send({ action: "move", row: 3, column: 2 });
  expect(await client.next()).toContain("Bad request body");
  await app.eventually(() =>
    expect(app.logs.at(-1)?.fields.message).toBe(
      'The message to "move" does not fit its schema: row: Too big: expected number to be <=2',
    ),
  );
});

test("the app on the page about rooms does what the page says", async () => {
  await using app = await start(await appOfPage("rooms.md"));
  const [first, second, third] = [await app.connect(), await app.connect(), await app.connect()];
  first.send({ action: "enter", room: "blue" });
  expect(await first.nextJson()).toEqual({ in: "blue", members: 1 });
  second.send({ action: "enter", room: "blue" });
  expect(await second.nextJson()).toEqual({ in: "blue", members: 2 });

  first.send({ action: "say", room: "blue", text: "hello, blue" });
  expect(await second.next()).toBe("hello, blue");
  first.send("hello, all");
  expect([await second.next(), await third.next()]).toEqual(["hello, all", "hello, all"]);
  expect(first.messages).toHaveLength(1);
});

test("the app on the page about connections does what the page says", async () => {
  await using app = await start(await appOfPage("connections.md"));
  const open = (name: string) => app.connect({ params: { room: "blue" }, query: { name } });
  await expect(app.connect({ params: { room: "blue" } })).rejects.toMatchObject({
    code: "CONNECT_FAILED",
    status: 401,
    body: "Say who you are",
  });
  expect(await (await open("admin")).closed).toEqual({ code: 4003, reason: "This name is taken" });
  const chooser = await app.connect({
    params: { room: "blue" },
    query: { name: "Bo" },
    protocols: ["chat.v0", "chat.v1"],
  });
  expect(chooser.protocol).toBe("chat.v1");
  await chooser.nextJson();

  const ada = await open("Ada");
  const welcome = await ada.nextJson<{ id: string }>();
  expect(welcome).toEqual({ welcome: "Ada", room: "blue", id: expect.any(String) });
  chooser.send({ action: "whisper", to: welcome.id, text: "hello" });
  expect(await ada.nextJson()).toEqual({ from: "Bo", text: "hello" });

  expect(await app.websocket("chat").describe(welcome.id)).toMatchObject({ sourceIp: "127.0.0.1" });
  ada.send({ action: "leave" });
  expect(await ada.closed).toEqual({ code: 4000, reason: "As you wish" });
  expect(await chooser.next()).toBe("Ada left with 4000");
  chooser.send({ action: "whisper", to: welcome.id, text: "still there?" });
  expect(await chooser.next()).toBe("They have left");
  chooser.send({ action: "unheard-of" });
  expect(await chooser.next()).toContain('"message": "Forbidden"');

  const lost = await open("Cy");
  await lost.nextJson();
  lost.terminate();
  expect(await chooser.next()).toBe("Cy left with 1006");
});

test("the app on the page about HTTP routes does what the page says", async () => {
  await using app = await start(await appOfPage("http.md"));
  const client = await app.connect();
  const made = await app.fetch("/notes", { method: "POST", body: "buy tea" });
  const note = (await made.json()) as { id: string };
  expect([made.status, note]).toEqual([201, { id: expect.any(String), text: "buy tea" }]);
  expect(await client.nextJson()).toEqual(note);

  expect(await (await app.fetch(`/notes/${note.id}/`)).json()).toEqual(note);
  expect((await app.fetch(`/notes/${note.id}`, { method: "HEAD" })).status).toBe(200);
  const missing = await app.fetch("/notes/none");
  expect([missing.status, await missing.text()]).toEqual([404, "No such note"]);
  const otherMethod = await app.fetch("/notes", { method: "PUT" });
  expect([otherMethod.status, await otherMethod.json()]).toEqual([404, { message: "Not Found" }]);
  expect(await (await app.fetch("/admin/users/7", { method: "DELETE" })).text()).toBe(
    "DELETE /admin/users/7",
  );
  const large = await app.fetch("/notes", { method: "POST", body: "x".repeat(10_485_761) });
  expect([large.status, await large.json()]).toEqual([413, { message: "Request Too Long" }]);
});

test("the app on the page about static files does what the page says", async () => {
  const file = await appOfPage("static-files.md");
  await mkdir(path.join(path.dirname(file), "public"));
  await writeFile(path.join(path.dirname(file), "public/app.js"), "let x;");
  await using app = await start(file);
  const page = await (await app.fetch("/")).text();
  const script = /src="(?<path>\/_static\/app-[0-9a-f]{10}\.js)"/.exec(page)?.groups?.path ?? "";
  const answer = await app.fetch(script);
  expect([await answer.text(), answer.headers.get("cache-control")]).toEqual([
    "let x;",
    "public, max-age=31536000, immutable",
  ]);
  expect((await app.fetch("/_static/app.js")).headers.get("cache-control")).toBe("no-cache");
  expect(await (await app.fetch("/_static/static.json")).json()).toEqual({
    "app.js": script.replace("/_static/", ""),
  });
});
