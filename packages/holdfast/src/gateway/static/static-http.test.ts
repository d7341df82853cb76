import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { serveSites } from "../../../test/e2e/gateway/static-server.ts";

const site = [{ path: "/", folder: "public" }];
const script = "export const answer = 42;\n".repeat(200);

describe("a range", () => {
  it.each([
    ["bytes=1-2", 206, "ab", "bytes 1-2/7"],
    ["bytes=5-", 206, "ef", "bytes 5-6/7"],
    ["bytes=5-99", 206, "ef", "bytes 5-6/7"],
    ["bytes=-2", 206, "ef", "bytes 5-6/7"],
    ["bytes=-99", 206, "Xabcdef", "bytes 0-6/7"],
    ["bytes=99-", 416, "", "bytes */7"],
    ["bytes=7-", 416, "", "bytes */7"],
    ["bytes=-0", 416, "", "bytes */7"],
    ["bytes=5-2", 200, "Xabcdef", undefined],
    ["bytes=0-1,3-4", 200, "Xabcdef", undefined],
    ["bytes=-", 200, "Xabcdef", undefined],
    ["lines=1-2", 200, "Xabcdef", undefined],
    ["nonsense", 200, "Xabcdef", undefined],
  ])("%s is answered with %i %s", async (range, status, text, contentRange) => {
    await using server = await serveSites(site, { "public/x.txt": "Xabcdef" });
    const answer = await server.fetch("/x.txt", { headers: { range } });
    expect([answer.status, answer.text, answer.headers["content-range"]]).toEqual([
      status,
      text,
      contentRange,
    ]);
  });

  it("of an empty file cannot be satisfied, and the file itself is empty", async () => {
    await using server = await serveSites(site, { "public/x.txt": "" });
    expect((await server.fetch("/x.txt", { headers: { range: "bytes=0-" } })).status).toBe(416);
    expect(await server.fetch("/x.txt")).toMatchObject({ status: 200, text: "" });
  });

  it("is for GET only", async () => {
    await using server = await serveSites(site, { "public/x.txt": "Xabcdef" });
    const answer = await server.fetch("/x.txt", { method: "HEAD", headers: { range: "bytes=1-2" } });
    expect([answer.status, answer.headers["content-length"]]).toEqual([200, "7"]);
  });

  it("counts for as long as the file is the one that If-Range means", async () => {
    await using server = await serveSites(site, { "public/x.txt": "Xabcdef" });
    const { headers } = await server.fetch("/x.txt");
    const ask = async (ifRange: string | undefined): Promise<number> =>
      (await server.fetch("/x.txt", { headers: { range: "bytes=1-2", "if-range": ifRange } })).status;
    expect(await ask(headers.etag)).toBe(206);
    expect(await ask(headers["last-modified"])).toBe(206);
    expect(await ask('"other"')).toBe(200);
    expect(await ask(new Date(0).toUTCString())).toBe(200);
  });
});

describe("a condition", () => {
  it("If-None-Match is answered with 304 for as long as the file is the same", async () => {
    await using server = await serveSites(site, { "public/x.txt": "one" });
    const { headers } = await server.fetch("/x.txt");
    const ask = (etag: string | undefined) => server.fetch("/x.txt", { headers: { "if-none-match": etag } });
    expect(await ask(headers.etag)).toMatchObject({ status: 304, text: "", headers: { etag: headers.etag } });
    expect((await ask(`"a", W/${headers.etag}`)).status).toBe(304);
    expect((await ask("*")).status).toBe(304);
    expect((await ask('"other"')).status).toBe(200);
    await server.write("public/x.txt", "two");
    expect(await ask(headers.etag)).toMatchObject({ status: 200, text: "two" });
  });

  it("If-Modified-Since counts where there is no If-None-Match", async () => {
    await using server = await serveSites(site, { "public/x.txt": "one" });
    const at = new Date("2024-05-06T07:08:09.500Z");
    await utimes(join(server.appDir, "public/x.txt"), at, at);
    const ask = async (headers: Record<string, string>): Promise<number> =>
      (await server.fetch("/x.txt", { headers })).status;
    const since = "Mon, 06 May 2024 07:08:09 GMT";
    expect((await server.fetch("/x.txt")).headers["last-modified"]).toBe(since);
    expect(await ask({ "if-modified-since": since })).toBe(304);
    expect(await ask({ "if-modified-since": "Mon, 06 May 2024 07:08:08 GMT" })).toBe(200);
    expect(await ask({ "if-modified-since": "nonsense" })).toBe(200);
    expect(await ask({ "if-modified-since": since, "if-none-match": '"other"' })).toBe(200);
  });

  it("If-Match that does not hold is answered with 412", async () => {
    await using server = await serveSites(site, { "public/x.txt": script });
    const headers = { "if-match": '"other"', "accept-encoding": "br" };
    expect(await server.fetch("/x.txt", { headers })).toMatchObject({ status: 412, text: "" });
  });
});

describe("compression", () => {
  const files = { "public/x.js": script, "public/small.js": "1", "public/x.png": script };
  const ask = { headers: { "accept-encoding": "gzip, deflate, br" } };

  it("takes brotli, else gzip, else nothing, and says what the answer depends on", async () => {
    await using server = await serveSites(site, files);
    const brotli = await server.fetch("/x.js", ask);
    expect(brotli.headers).toMatchObject({ "content-encoding": "br", vary: "Accept-Encoding" });
    expect(Number(brotli.headers["content-length"])).toBe(brotli.bytes.length);
    expect(brotliDecompressSync(brotli.bytes).toString()).toBe(script);
    const zipped = await server.fetch("/x.js", { headers: { "accept-encoding": "gzip" } });
    expect(zipped.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(zipped.bytes).toString()).toBe(script);
    const plain = await server.fetch("/x.js");
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect([plain.headers.vary, plain.text]).toEqual(["Accept-Encoding", script]);
    const head = await server.fetch("/x.js", { ...ask, method: "HEAD" });
    expect([head.headers["content-encoding"], head.headers["content-length"], head.text]).toEqual([
      "br",
      String(brotli.bytes.length),
      "",
    ]);
  });

  it.each(["/small.js", "/x.png"])("leaves %s alone", async (path) => {
    await using server = await serveSites(site, files);
    const { headers } = await server.fetch(path, ask);
    expect([headers["content-encoding"], headers.vary]).toEqual([undefined, undefined]);
  });

  it("is never for ranges, not even those that resume a compressed answer", async () => {
    await using server = await serveSites(site, files);
    const { etag } = (await server.fetch("/x.js", ask)).headers;
    const range = { ...ask.headers, range: "bytes=0-5" };
    expect(await server.fetch("/x.js", { headers: range })).toMatchObject({ status: 206, text: "export" });
    const resumed = await server.fetch("/x.js", { headers: { ...range, "if-range": etag } });
    expect([resumed.status, resumed.text, resumed.headers["content-encoding"]]).toEqual([
      200,
      script,
      undefined,
    ]);
  });

  it("knows its answers again, apart from those of another coding, and shows a change", async () => {
    await using server = await serveSites(site, files);
    const { etag } = (await server.fetch("/x.js", ask)).headers;
    const again = { headers: { ...ask.headers, "if-none-match": etag } };
    expect(await server.fetch("/x.js", again)).toMatchObject({
      status: 304,
      text: "",
      headers: { etag, vary: "Accept-Encoding", "cache-control": "no-cache" },
    });
    const other = { headers: { "accept-encoding": "gzip", "if-none-match": etag } };
    expect((await server.fetch("/x.js", other)).status).toBe(200);
    await server.write("public/x.js", script.replaceAll("42", "43"));
    const changed = await server.fetch("/x.js", again);
    expect([changed.status, brotliDecompressSync(changed.bytes).toString()]).toEqual([
      200,
      script.replaceAll("42", "43"),
    ]);
  });
});
