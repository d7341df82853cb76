import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect as connectTls } from "node:tls";
import { afterEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { systemClock } from "../../src/base/clock.ts";
import { openCertificateAuthority } from "../../src/targets/local/certificate-authority.ts";
import { makeFolder, openClient, removeFolder, startServe, type DevProcess } from "../support/holdfast.ts";

const app = `import { App } from "holdfast";
const app = new App("guarded");
export default app;
const ws = app.websocket();
ws.onMessage(({ text }) => text);
app.http.post("/echo", async (request, { sourceIp }) => Response.json({ sourceIp, length: (await request.text()).length }));
`;

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

async function serve(
  configuration: string,
  files: Readonly<Record<string, string>> = {},
): Promise<DevProcess> {
  const folder = await makeFolder({ "app.ts": app, "holdfast.yaml": configuration, ...files });
  opened.push(() => removeFolder(folder));
  const server = await startServe(folder, "--set", "drain.windowMs=0");
  opened.push(() => server.stop("SIGTERM"));
  return server;
}

/** The status that a handshake is refused with; 101 when it is not. */
function handshake(url: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const socket = new WebSocket(url, { headers });
  opened.push(async () => socket.terminate());
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(101));
    socket.once("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    socket.once("error", reject);
  });
}

test("pages of origins that are not listed cannot connect, and clients that are no pages can", async () => {
  const { url } = await serve('origins: ["https://chat.example.com", "https://*.example.org"]');
  const from = (origin: string): Promise<number> => handshake(url, { origin });
  expect(await from("https://chat.example.com")).toBe(101);
  expect(await from("https://a.example.org")).toBe(101);
  expect(await from("https://example.com")).toBe(403);
  expect(await from("https://chat.example.com.evil.example")).toBe(403);
  expect(await from("null")).toBe(403);
  expect(await handshake(url)).toBe(101);
});

test("above the limits of connections a client hears that there is no room, and later there is", async () => {
  const { url } = await serve("limits: { connections: 3, connectionsPerAddress: 2 }");
  const first = await openClient(url);
  await openClient(url);
  expect(await handshake(url)).toBe(429);
  first.socket.close();
  await first.closed;
  await vi.waitFor(async () => expect(await handshake(url)).toBe(101));
});

test("what a proxy says of a client counts where the proxy is trusted, and nowhere else", async () => {
  const said = { "x-forwarded-for": "203.0.113.7, 198.51.100.2" };
  const ask = async (server: DevProcess): Promise<unknown> => {
    const answer = await fetch(new URL("/echo", server.ready.http), {
      method: "POST",
      body: "abc",
      headers: said,
    });
    return answer.json();
  };
  const own = { sourceIp: expect.stringMatching(/^(?:127\.0\.0\.1|::1)$/) as unknown, length: 3 };
  expect(await ask(await serve("{}"))).toEqual(own);
  const trusting = await serve('proxy: { trusted: ["127.0.0.0/8", "::1", "198.51.100.0/24"] }');
  expect(await ask(trusting)).toEqual({ sourceIp: "203.0.113.7", length: 3 });
});

test("headers and bodies have bounds", async () => {
  const server = await serve("limits: { headerBytes: 2KB, bodyBytes: 1KB }");
  const post = (body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(new URL("/echo", server.ready.http), { method: "POST", body, headers });
  expect((await post("x".repeat(1000))).status).toBe(200);
  expect((await post("x".repeat(2000))).status).toBe(413);
  expect((await post("x", { "x-long": "y".repeat(3000) })).status).toBe(431);
});

test("TLS is spoken with the certificate of the files, and with the next one once they are exchanged", async () => {
  const files = await mkdtemp(path.join(tmpdir(), "holdfast-tls-"));
  opened.push(() => rm(files, { recursive: true }));
  const write = async (): Promise<string> => {
    const folder = await mkdtemp(path.join(files, "authority-"));
    const authority = await openCertificateAuthority({
      folder,
      clock: systemClock,
      fallbackNames: ["127.0.0.1"],
    });
    const { cert, key } = authority.fallback();
    await writeFile(path.join(files, "key.pem"), key);
    await writeFile(path.join(files, "cert.pem"), cert);
    return cert;
  };
  const first = await write();
  const server = await serve(`tls: { certificate: ${files}/cert.pem, key: ${files}/key.pem }`);
  const port = Number(new URL(server.ready.http).port);
  expect(first).toContain(await certificateAt(port));
  const second = await write();
  await vi.waitFor(async () => expect(second).toContain(await certificateAt(port)), { timeout: 10_000 });
});

/** The base64 of the certificate that a new TLS client is shown, as lines of PEM have it. */
function certificateAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls(
      { port, host: "localhost", rejectUnauthorized: false, servername: "chat.example.com" },
      () => {
        const { raw } = socket.getPeerCertificate();
        socket.destroy();
        resolve(
          raw
            .toString("base64")
            .match(/.{1,64}/g)
            ?.join("\n") ?? "",
        );
      },
    );
    socket.once("error", reject);
  });
}

test("a damaged certificate keeps the server from starting, and says which file", async () => {
  const folder = await makeFolder({
    "app.ts": app,
    "cert.pem": "no certificate",
    "key.pem": "no key",
    "holdfast.yaml": "tls: { certificate: cert.pem, key: key.pem }",
  });
  opened.push(() => removeFolder(folder));
  await expect(startServe(folder)).rejects.toThrow(/TLS_FILES_INVALID.*cert\.pem/);
  expect(await readFile(path.join(folder, "cert.pem"), "utf8")).toBe("no certificate");
});
