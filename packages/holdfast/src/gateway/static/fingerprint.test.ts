import { createHash } from "node:crypto";
import { symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { serveSites } from "../../../test/e2e/gateway/static-server.ts";
import { addFingerprint, readFingerprint } from "./fingerprint.ts";

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 10);

test("a fingerprint that was put into a name is read from it again", () => {
  const name = fc.string({ unit: "binary", minLength: 1 }).filter((text) => !text.startsWith("."));
  const hash = fc.stringMatching(/^[0-9a-f]{10}$/);
  fc.assert(
    fc.property(name, hash, (plain, given) => {
      expect(readFingerprint(addFingerprint(plain, given))).toEqual({ plain, hash: given });
    }),
  );
});

test.each([
  ["app.js", "app-0123456789.js"],
  ["app.min.js", "app.min-0123456789.js"],
  ["LICENSE", "LICENSE-0123456789"],
])("%s becomes %s", (plain, fingerprinted) => {
  expect(addFingerprint(plain, "0123456789")).toBe(fingerprinted);
});

describe("a fingerprinted site", () => {
  const sites = [{ path: "/_static", folder: "public", fingerprint: true }];
  const content = {
    "public/app.js": "one",
    "public/css/a b.css": "body{}",
    "public/LICENSE": "free",
    "public/old-0123456789.js": "literally named so",
    "public/.env": "secret",
    "public/.well-known/x.txt": "known",
    "public/static.json": "the folder's own",
    "secret.txt": "secret",
  };

  it("serves a file under both names, and lets the one with the hash be kept for good", async () => {
    await using server = await serveSites(sites, content);
    const plain = await server.fetch("/_static/app.js");
    expect([plain.text, plain.headers["cache-control"]]).toEqual(["one", "no-cache"]);
    const path = await server.files.url("/_static", "app.js");
    expect(path).toBe(`/_static/app-${hashOf("one")}.js`);
    const kept = await server.fetch(path);
    expect([kept.status, kept.text, kept.headers["cache-control"], kept.headers["content-type"]]).toEqual([
      200,
      "one",
      "public, max-age=31536000, immutable",
      "text/javascript; charset=utf-8",
    ]);
    expect(kept.headers.etag).toBe(`"${hashOf("one")}"`);
    expect((await server.fetch(path, { method: "HEAD" })).status).toBe(200);
    expect((await server.fetch(path, { headers: { range: "bytes=1-" } })).text).toBe("ne");
  });

  it("has nothing under a stale hash, and shows a change at once", async () => {
    await using server = await serveSites(sites, content);
    const before = await server.files.url("/_static", "app.js");
    expect((await server.fetch(before)).status).toBe(200);
    await server.write("public/app.js", "two");
    const after = await server.files.url("/_static", "/app.js");
    expect(after).toBe(`/_static/app-${hashOf("two")}.js`);
    expect((await server.fetch(before)).text).toBe(`next ${before}`);
    expect((await server.fetch(after)).text).toBe("two");
    expect((await server.fetch("/_static/.env-0123456789")).status).toBe(404);
  });

  it("shows a change of the same size that kept the time of the last one", async () => {
    await using server = await serveSites(sites, content);
    const at = new Date("2024-01-01");
    await utimes(join(server.appDir, "public/app.js"), at, at);
    await server.files.url("/_static", "app.js");
    await server.write("public/app.js", "two");
    await utimes(join(server.appDir, "public/app.js"), at, at);
    expect(await server.files.url("/_static", "app.js")).toBe(`/_static/app-${hashOf("two")}.js`);
  });

  it("serves a file that is named as if it carried a hash, under its plain name", async () => {
    await using server = await serveSites(sites, content);
    const answer = await server.fetch("/_static/old-0123456789.js");
    expect([answer.text, answer.headers["cache-control"]]).toEqual(["literally named so", "no-cache"]);
  });

  it("lists all names, sorted, without dot files, links that lead outside, and the list itself", async () => {
    await using server = await serveSites(sites, content);
    await symlink(join(server.appDir, "secret.txt"), join(server.appDir, "public/link.txt"));
    const answer = await server.fetch("/_static/static.json");
    expect(answer.headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-cache",
    });
    expect(Object.entries(JSON.parse(answer.text) as object)).toEqual([
      ["LICENSE", `LICENSE-${hashOf("free")}`],
      ["app.js", `app-${hashOf("one")}.js`],
      ["css/a b.css", `css/a b-${hashOf("body{}")}.css`],
      ["old-0123456789.js", `old-0123456789-${hashOf("literally named so")}.js`],
    ]);
    await server.write("public/app.js", "two");
    await server.write("public/new.js", "new");
    expect(JSON.parse((await server.fetch("/_static/static.json")).text)).toMatchObject({
      "app.js": `app-${hashOf("two")}.js`,
      "new.js": `new-${hashOf("new")}.js`,
    });
    expect((await server.fetch("/_static/static.json", { method: "HEAD" })).text).toBe("");
  });

  it("gives paths that are ready for a page", async () => {
    await using server = await serveSites(sites, content);
    const path = await server.files.url("/_static", "css/a b.css");
    expect(path).toBe(`/_static/css/a%20b-${hashOf("body{}")}.css`);
    expect((await server.fetch(path)).text).toBe("body{}");
  });
});

describe("the path of a file", () => {
  it("is the plain one where there are no fingerprints", async () => {
    await using server = await serveSites([{ path: "/", folder: "." }], { "a/x y.txt": "" });
    expect(await server.files.url("/", "a/x y.txt")).toBe("/a/x%20y.txt");
  });

  it.each(["absent.js", "a", "", "/", "../x", ".env", "a/../x.txt", "x.txt\0", "\uD800", "static.json"])(
    "is refused for %j",
    async (file) => {
      const site = { path: "/", folder: "public", fingerprint: true };
      const content = {
        "public/a/x.txt": "",
        "public/x.txt": "",
        "public/.env": "",
        "public/static.json": "",
      };
      await using server = await serveSites([site], { ...content, x: "" });
      await expect(server.files.url("/", file)).rejects.toMatchObject({
        code: "RESOURCE_ARGUMENT_INVALID",
        message: expect.stringContaining('The static folder "public" serves no file'),
      });
    },
  );

  it("is refused for a site that there is not", async () => {
    await using server = await serveSites([], {});
    await expect(server.files.url("/", "x")).rejects.toMatchObject({ code: "RESOURCE_UNKNOWN" });
  });
});
