import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { serveHttp } from "../../test/e2e/gateway/http-server.ts";
import type { StaticSite } from "../model/app-model.ts";
import { createStaticHandler } from "./static-files.ts";

async function serveSites(
  sites: readonly Omit<StaticSite, "fingerprint">[],
  files: Readonly<Record<string, string>>,
) {
  const appDir = await mkdtemp(join(tmpdir(), "holdfast-static-"));
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(join(appDir, path, ".."), { recursive: true });
    await writeFile(join(appDir, path), text);
  };
  for (const [path, text] of Object.entries(files)) await write(path, text);
  const handler = createStaticHandler({
    sites: sites.map((site) => ({ ...site, fingerprint: false })),
    appDir,
    next: (request, response) => response.writeHead(404).end(`next ${request.url}`),
  });
  const server = await serveHttp(handler);
  return {
    ...server,
    appDir,
    write,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(appDir, { recursive: true, force: true });
    },
  };
}

const files = {
  "public/index.html": "<p>home",
  "public/about.html": "about",
  "public/docs/index.html": "docs",
  "public/a b.txt": "spaced",
  "public/.env": "secret",
  "public/.git/config": "secret",
  "public/docs/.hidden": "secret",
  "public/.well-known/x.txt": "known",
  "secret.txt": "secret",
  "public-too/x.txt": "secret",
  "assets/app.js": "script",
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
  ])("serves %s", async (path, text) => {
    await using server = await serveSites(sites, files);
    const answer = await server.fetch(path);
    expect([answer.status, answer.text]).toEqual([200, text]);
    expect(answer.headers["cache-control"]).toBe("no-store");
  });

  it.each([
    "/absent.txt",
    "/.env",
    "/%2eenv",
    "/.git/config",
    "/docs/.hidden",
    "/docs/%2ehidden",
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%5csecret.txt",
    "/docs/../../secret.txt",
    "/../public-too/x.txt",
    "/assets/../secret.txt",
    "/assets../secret.txt",
    "/assetsx",
    "//etc/passwd",
    "/%00",
    "/index.html%00",
    "/%",
  ])("falls through at %s", async (path) => {
    await using server = await serveSites(sites, files);
    expect(await server.fetch(path)).toMatchObject({ status: 404, text: `next ${path}` });
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS"])("falls through for %s", async (method) => {
    await using server = await serveSites(sites, files);
    expect((await server.fetch("/index.html", { method })).status).toBe(404);
  });

  it("answers HEAD without the body", async () => {
    await using server = await serveSites(sites, files);
    const answer = await server.fetch("/index.html", { method: "HEAD" });
    expect([answer.status, answer.headers["content-length"], answer.text]).toEqual([200, "7", ""]);
  });

  it("shows a file that was added or changed while it runs", async () => {
    await using server = await serveSites(sites, files);
    await server.write("public/new.txt", "1");
    expect((await server.fetch("/new.txt")).text).toBe("1");
    await server.write("public/new.txt", "2");
    expect((await server.fetch("/new.txt")).text).toBe("2");
  });

  it("serves what is in the root's folder under the name of another site that lacks it", async () => {
    await using server = await serveSites(sites, { ...files, "public/assets/logo.svg": "logo" });
    expect((await server.fetch("/assets/logo.svg")).text).toBe("logo");
  });

  it.each([
    ["bytes=1-2", 206, "ab"],
    ["bytes=5-2", 200, "Xabcdef"],
    ["bytes=-2", 200, "Xabcdef"],
    ["bytes=0-1,3-4", 200, "Xabcdef"],
    ["nonsense", 200, "Xabcdef"],
    ["bytes=5-", 206, "ef"],
    ["bytes=99-", 416, ""],
  ])("answers the range %s with %i", async (range, status, text) => {
    await using server = await serveSites(sites, { "public/x.txt": "Xabcdef" });
    const answer = await server.fetch("/x.txt", { headers: { range } });
    expect([answer.status, answer.text]).toEqual([status, text]);
  });

  it("with a file that cannot be read serves the others all the same", async () => {
    await using server = await serveSites(sites, files);
    // A socket's file is there, and cannot be opened.
    const socket = createServer();
    await new Promise<void>((resolve) => socket.listen(join(server.appDir, "public/socket.txt"), resolve));
    const failed = await server.fetch("/socket.txt").then(
      ({ bytes }) => bytes.length,
      () => 0,
    );
    expect(failed).toBe(0);
    expect((await server.fetch("/index.html")).status).toBe(200);
    await new Promise((resolve) => socket.close(resolve));
  });

  it("whose folder is missing falls through", async () => {
    await using server = await serveSites([{ path: "/", folder: "nowhere" }], {});
    expect((await server.fetch("/")).status).toBe(404);
  });
});
