import { chmod, rename, rm, symlink, truncate } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { serveSites } from "../../../test/e2e/gateway/static-server.ts";
import { eventually } from "../../testing/eventually.ts";

const content = {
  "public/index.html": "<p>home",
  "public/about.html": "about",
  "public/docs/index.html": "docs",
  "public/empty/x.txt": "x",
  "public/a b.txt": "spaced",
  "public/.env": "secret",
  "public/.git/config": "secret",
  "public/docs/.hidden": "secret",
  "public/.well-known/x.txt": "known",
  "public/.well-known/.env": "secret",
  "secret.txt": "secret",
  "public-too/x.txt": "secret",
  "assets/app.js": "script",
  "assets/index.html": "assets",
};
const sites = [
  { path: "/", folder: "public" },
  { path: "/assets", folder: "assets" },
];

describe("a static site", () => {
  it.each([
    ["/", "<p>home"],
    ["/index.html", "<p>home"],
    ["/?x=1", "<p>home"],
    ["/about", "about"],
    ["/docs/", "docs"],
    ["/a%20b.txt", "spaced"],
    ["/.well-known/x.txt", "known"],
    ["/assets/app.js", "script"],
    ["/assets/", "assets"],
  ])("serves %s", async (path, text) => {
    await using server = await serveSites(sites, content);
    const answer = await server.fetch(path);
    expect([answer.status, answer.text]).toEqual([200, text]);
    expect(answer.headers["cache-control"]).toBe("no-cache");
    expect(answer.headers.etag).toMatch(/^"[\w-]+"$/);
  });

  it.each([
    "/absent.txt",
    "/.env",
    "/%2eenv",
    "/.git/config",
    "/docs/.hidden",
    "/docs/%2ehidden",
    "/.well-known/.env",
    "/.well-known%2f..%2fsecret.txt",
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/docs/../../secret.txt",
    "/../public-too/x.txt",
    "/assets/../secret.txt",
    "/assets../secret.txt",
    "/assetsx",
    "//etc/passwd",
    "//docs",
    "/docs//",
    "/docs%2f",
    "/empty",
    "/empty/",
    "/about.html/",
    "/%00",
    "/index.html%00",
    "/%",
    `/${"x".repeat(3000)}`,
    "/static.json",
  ])("falls through at %s", async (path) => {
    await using server = await serveSites(sites, content);
    expect(await server.fetch(path)).toMatchObject({ status: 404, text: `next ${path}` });
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS"])("falls through for %s", async (method) => {
    await using server = await serveSites(sites, content);
    expect((await server.fetch("/index.html", { method })).status).toBe(404);
  });

  it.each([
    ["/docs", "/docs/"],
    ["/docs?a=1?b", "/docs/?a=1?b"],
    ["/assets", "/assets/"],
  ])("redirects %s to the folder", async (path, location) => {
    await using server = await serveSites(sites, content);
    expect(await server.fetch(path)).toMatchObject({ status: 301, headers: { location }, text: "" });
  });

  it("answers HEAD without the body", async () => {
    await using server = await serveSites(sites, content);
    const answer = await server.fetch("/index.html", { method: "HEAD" });
    expect([answer.status, answer.headers["content-length"], answer.text]).toEqual([200, "7", ""]);
  });

  it.each([
    ["x.html", "text/html; charset=utf-8"],
    ["x.js", "text/javascript; charset=utf-8"],
    ["x.css", "text/css; charset=utf-8"],
    ["x.json", "application/json; charset=utf-8"],
    ["x.svg", "image/svg+xml"],
    ["x.png", "image/png"],
    ["x.wasm", "application/wasm"],
    ["json", "application/octet-stream"],
  ])("gives %s the type %s", async (name, type) => {
    await using server = await serveSites([{ path: "/", folder: "." }], { [name]: "" });
    expect(await server.fetch(`/${name}`)).toMatchObject({ status: 200, headers: { "content-type": type } });
  });

  it("shows a file that was added, changed or removed while it runs", async () => {
    await using server = await serveSites(sites, content);
    await server.write("public/new.txt", "1");
    const first = await server.fetch("/new.txt");
    expect(first.text).toBe("1");
    await server.write("public/new.txt", "2");
    const headers = { "if-none-match": first.headers.etag };
    expect(await server.fetch("/new.txt", { headers })).toMatchObject({ status: 200, text: "2" });
    await rm(join(server.appDir, "public/new.txt"));
    expect((await server.fetch("/new.txt")).status).toBe(404);
  });

  it("serves what is in the root's folder under the name of another site that lacks it", async () => {
    await using server = await serveSites(sites, { ...content, "public/assets/logo.svg": "logo" });
    expect((await server.fetch("/assets/logo.svg")).text).toBe("logo");
  });

  it("follows links inside its folder, with the type of the name asked for, and none that lead outside", async () => {
    await using server = await serveSites(sites, content);
    const link = (to: string, name: string): Promise<void> =>
      symlink(join(server.appDir, to), join(server.appDir, "public", name));
    await link("public/index.html", "inside.txt");
    await link("secret.txt", "outside.txt");
    await link("public-too", "outside");
    await link("public/loop.txt", "loop.txt");
    const inside = await server.fetch("/inside.txt");
    expect([inside.text, inside.headers["content-type"]]).toEqual(["<p>home", "text/plain; charset=utf-8"]);
    for (const path of ["/outside.txt", "/outside/x.txt", "/loop.txt"]) {
      expect((await server.fetch(path)).text).toBe(`next ${path}`);
    }
  });

  it("whose own folder is a link serves it", async () => {
    await using server = await serveSites([{ path: "/", folder: "linked" }], { "real/x.txt": "x" });
    await symlink(join(server.appDir, "real"), join(server.appDir, "linked"));
    expect((await server.fetch("/x.txt")).text).toBe("x");
  });

  it("takes no socket for a file, and serves the others all the same", async () => {
    await using server = await serveSites(sites, content);
    const socket = createServer();
    await new Promise<void>((resolve) => socket.listen(join(server.appDir, "public/socket.txt"), resolve));
    expect((await server.fetch("/socket.txt")).status).toBe(404);
    expect((await server.fetch("/index.html")).status).toBe(200);
    await new Promise((resolve) => socket.close(resolve));
  });

  it.skipIf(process.getuid?.() === 0)("answers 500 for a file it may not read, and says so", async () => {
    await using server = await serveSites(sites, content);
    await chmod(join(server.appDir, "public/about.html"), 0);
    const answer = await server.fetch("/about.html", { headers: { "accept-encoding": "br" } });
    expect([answer.status, answer.headers["cache-control"]]).toEqual([500, undefined]);
    expect(server.logs.map(({ event }) => event)).toEqual(["static.fault"]);
    expect((await server.fetch("/index.html")).status).toBe(200);
  });

  // Without it the client waits for as long as the server keeps an idle connection: five seconds.
  it("cuts the connection at once when a file gets shorter while it is sent", { timeout: 4000 }, async () => {
    const size = 64 * 1024 * 1024;
    await using server = await serveSites(sites, { ...content, "public/big.bin": new Uint8Array(size) });
    const response = await fetch(`http://127.0.0.1:${server.port}/big.bin`);
    // The buffers between hold a few megabytes, so the rest has not been read yet.
    await truncate(join(server.appDir, "public/big.bin"), 1024);
    await expect(response.arrayBuffer()).rejects.toThrow("terminated");
    expect((await server.fetch("/index.html")).status).toBe(200);
  });

  it("never serves what lies outside its folder or is private, whatever the path", async () => {
    await using server = await serveSites(sites, content);
    const parts = ["..", "%2e%2e", ".%2e", "%2f", "%5c", "\\", ".", "%00", "", "docs", "assets", "public"];
    const names = ["secret.txt", ".env", "%2eenv", ".hidden", "config", "x.txt"];
    const paths = fc
      .tuple(fc.array(fc.constantFrom(...parts, "/", ".git"), { maxLength: 6 }), fc.constantFrom(...names))
      .map(([folders, name]) => `/${[...folders, name].join("/")}`);
    await fc.assert(
      fc.asyncProperty(paths, async (path) => {
        expect((await server.fetch(path)).text).not.toBe("secret");
      }),
    );
  });

  it("whose folder is missing falls through, says so, and serves the folder once it is there", async () => {
    await using server = await serveSites([{ path: "/", folder: "later" }], { "made/x.txt": "x" });
    expect((await server.fetch("/x.txt")).status).toBe(404);
    await eventually(() => expect(server.logs.map(({ event }) => event)).toEqual(["static.folder-missing"]));
    await rename(join(server.appDir, "made"), join(server.appDir, "later"));
    expect((await server.fetch("/x.txt")).text).toBe("x");
  });
});

describe("a page for what is not found", () => {
  const withPage = { path: "/", folder: "public", notFound: "404.html" };
  const files = { "public/404.html": `lost${" ".repeat(2000)}`, "public/x.txt": "x" };
  const html = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

  it("is what browsers get, whatever conditions they send", async () => {
    await using server = await serveSites([withPage], files);
    const headers = { ...html, range: "bytes=0-1", "if-none-match": "*", "if-match": '"x"' };
    const answer = await server.fetch("/absent", { headers });
    expect([answer.status, answer.text.trim()]).toEqual([404, "lost"]);
    expect(answer.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
    });
    const head = await server.fetch("/.env", { method: "HEAD", headers: html });
    expect([head.status, head.headers["content-length"], head.text]).toEqual([404, "2004", ""]);
    const small = await server.fetch("/absent", { headers: { ...html, "accept-encoding": "gzip" } });
    expect([small.status, small.headers["content-encoding"]]).toEqual([404, "gzip"]);
    expect((await server.fetch("/404.html")).status).toBe(200);
  });

  it.each([
    ["GET", "*/*"],
    ["GET", "application/json"],
    ["GET", "text/html;q=0"],
    ["POST", "text/html"],
  ])("is not for %s %s", async (method, accept) => {
    await using server = await serveSites([withPage], files);
    expect((await server.fetch("/absent", { method, headers: { accept } })).text).toBe("next /absent");
  });

  it("is that of the most specific site that has one", async () => {
    const both = [
      withPage,
      { path: "/app", folder: "app", notFound: "lost.html" },
      { path: "/a", folder: "a" },
    ];
    await using server = await serveSites(both, { ...files, "app/lost.html": "app's", "a/x.txt": "" });
    expect((await server.fetch("/app/absent", { headers: html })).text).toBe("app's");
    expect((await server.fetch("/a/absent", { headers: html })).text.trim()).toBe("lost");
  });

  it("that is missing, or outside the folder, is said in the log and never served", async () => {
    await using server = await serveSites([{ ...withPage, notFound: "../secret.txt" }], {
      ...files,
      "secret.txt": "secret",
    });
    expect((await server.fetch("/absent", { headers: html })).text).toBe("next /absent");
    await eventually(() =>
      expect(server.logs.map(({ event }) => event)).toEqual(["static.not-found-page-missing"]),
    );
  });
});

it("many requests for one new file at once are all answered", async () => {
  await using server = await serveSites([{ path: "/", folder: "public", fingerprint: true }], {
    "public/x.js": "x".repeat(100_000),
  });
  const path = await server.files.url("/", "x.js");
  const headers = { "accept-encoding": "br" };
  const answers = await Promise.all(Array.from({ length: 50 }, () => server.fetch(path, { headers })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map((answer) => answer.headers["content-encoding"]))).toEqual(new Set(["br"]));
});
