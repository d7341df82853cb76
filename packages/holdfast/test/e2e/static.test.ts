import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { start, type TestApp } from "../../src/testing/index.ts";
import { makeFolder, removeFolder } from "../support/holdfast.ts";

const source = `import { App } from "holdfast";
const app = new App("site");
export default app;
const files = app.static("public", { path: "/", fingerprint: true, notFound: "404.html" });
const plain = app.static("plain", { path: "/plain" });
app.static("absent", { path: "/absent" });
app.http.get("/url/{file+}", async (_request, { params }) => {
  return Response.json(await files.url(params.file).catch(({ code, message, hint }) => ({ code, message, hint })));
});
app.http.get("/plain-url", async () => new Response(await plain.url("x y.txt")));
app.http.get("/lost", () => Response.json({ from: "route" }, { status: 404 }));
const ws = app.websocket();
ws.onMessage(async ({ text }) => files.url(text));
`;

const content = {
  "app.ts": source,
  "public/index.html": "<h1>home</h1>",
  "public/404.html": "<h1>lost</h1>",
  "public/js/app.js": "let x;",
  "plain/x y.txt": "plain",
};
const fingerprinted = (text: string): string =>
  `/js/app-${createHash("sha256").update(text).digest("hex").slice(0, 10)}.js`;

let folder: string;
let app: TestApp;

beforeEach(async () => {
  folder = await makeFolder(content);
  app = await start(`${folder}/app.ts`);
});

afterEach(async () => {
  await app.stop();
  await removeFolder(folder);
});

test("a handler learns the path of a file, which follows the file's contents", async () => {
  const url = async (file: string): Promise<unknown> => (await app.fetch(`/url/${file}`)).json();
  expect(await url("js/app.js")).toBe(fingerprinted("let x;"));
  const kept = await app.fetch(fingerprinted("let x;"));
  expect([await kept.text(), kept.headers.get("cache-control")]).toEqual([
    "let x;",
    "public, max-age=31536000, immutable",
  ]);

  await writeFile(`${folder}/public/js/app.js`, "let y;");
  expect(await url("js/app.js")).toBe(fingerprinted("let y;"));
  expect((await app.fetch(fingerprinted("let x;"))).status).toBe(404);
  expect(await (await app.fetch("/static.json")).json()).toMatchObject({
    "js/app.js": fingerprinted("let y;").slice(1),
  });
  const client = await app.connect();
  client.send("js/app.js");
  expect(await client.next()).toBe(fingerprinted("let y;"));
  expect(await (await app.fetch("/plain-url")).text()).toBe("/plain/x%20y.txt");
  expect(await (await app.fetch("/plain/x%20y.txt")).text()).toBe("plain");
});

test("a file that there is not is refused with what to do", async () => {
  expect(await (await app.fetch("/url/absent.js")).json()).toEqual({
    code: "RESOURCE_ARGUMENT_INVALID",
    message: 'The static folder "public" serves no file "absent.js"',
    hint: 'Give the path of a file below "public", such as "app.js". Dot files are not served.',
  });
});

test("a site's page for what is not found comes after routes and files, and only for pages", async () => {
  const page = { headers: { accept: "text/html" } };
  const lost = await app.fetch("/nowhere", page);
  expect([lost.status, await lost.text()]).toEqual([404, "<h1>lost</h1>"]);
  expect(await (await app.fetch("/", page)).text()).toBe("<h1>home</h1>");
  expect(await (await app.fetch("/lost", page)).json()).toEqual({ from: "route" });
  expect(await (await app.fetch("/nowhere")).json()).toEqual({ message: "Not Found" });
  expect(await (await app.fetch("/nowhere", { ...page, method: "POST" })).json()).toEqual({
    message: "Not Found",
  });
});

test("a folder that is missing is a warning, and the app runs", async () => {
  await app.eventually(() =>
    expect(
      app.logs.filter(({ level }) => level === "warn").map(({ event, fields }) => [event, fields.site]),
    ).toEqual([["static.folder-missing", "/absent"]]),
  );
  expect((await app.fetch("/absent/x")).status).toBe(404);
});
