import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runConnect, startConnect } from "../support/connect-process.ts";
import { startTalkingServer, type TalkingServer } from "../support/talking-server.ts";

let server: TalkingServer;
let folder = "";

beforeAll(async () => {
  server = await startTalkingServer();
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-connect-"));
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

describe("messages through pipes", () => {
  it("each line of the input is a message, and the output is what came, nothing else", async () => {
    const input = 'one\n\n{"a":"two\u2028"}\r\nlast';
    const result = await runConnect([server.url, "--count", "4"], { input });
    expect(result).toEqual({ code: 0, stdout: 'one\n\n{"a":"two\u2028"}\nlast\n', stderr: "" });
  });

  it("messages of several lines and binary messages are written as they are", async () => {
    const talkative = await startTalkingServer((client) => {
      client.send("one\ntwo");
      client.send(Buffer.from("three"));
    });
    // Sent with the very handshake: what comes first must not be lost.
    const result = await runConnect([talkative.url, "--count", "2"]);
    expect(result).toEqual({ code: 0, stdout: "one\ntwo\nthree\n", stderr: "" });
    await talkative.stop();
  });

  it("a long input arrives whole and in order", async () => {
    const quiet = await startTalkingServer();
    const lines = Array.from({ length: 20_000 }, (_, index) => `mute ${index} ${"x".repeat(200)}`);
    const result = await runConnect([quiet.url, "--wait", "0"], { input: `${lines.join("\n")}\n` });
    expect(result.code).toBe(0);
    expect(quiet.received).toEqual(lines);
    await quiet.stop();
  });

  it("-x sends in the order given, reads no input and waits for what comes", async () => {
    const result = await runConnect([server.url, "-x", "one", "--execute", "two", "--count", "2"]);
    expect(result).toEqual({ code: 0, stdout: "one\ntwo\n", stderr: "" });
  });

  it("ends --wait seconds after the input, and says so when nothing came", async () => {
    const result = await runConnect([server.url, "--wait", "0.2"], { input: "mute\n" });
    expect(result).toMatchObject({ code: 0, stdout: "" });
    expect(result.stderr).toMatch(/^Nothing came within 0\.2 s .*--wait/);
    expect(result.stderr.trim().split("\n")).toHaveLength(1);
  });

  it("with --count and without --wait it waits longer than usual for what is to come", async () => {
    const slow = await startTalkingServer((client) => setTimeout(() => client.send("at last"), 1_500));
    const result = await runConnect([slow.url, "--count", "1"], { input: "mute\n" });
    expect(result).toEqual({ code: 0, stdout: "at last\n", stderr: "" });
    await slow.stop();
  });

  it("headers, repeated ones too, and subprotocols reach the server", async () => {
    const seen: string[] = [];
    const handshakes = await startTalkingServer((client, headers) => {
      for (let index = 0; index < headers.length; index += 2)
        seen.push(`${headers[index]}: ${headers[index + 1]}`);
      client.send(client.protocol);
    });
    const options = [
      "-H",
      "x-tag: one",
      "-H",
      "X-Tag: two",
      "-H",
      "Host: chat.example",
      "-s",
      "v2",
      "-s",
      "v1",
    ];
    const result = await runConnect([handshakes.url.replace("ws://", ""), "--count", "1", ...options]);
    expect(result).toMatchObject({ code: 0, stdout: "v2\n" });
    expect(seen).toEqual(
      expect.arrayContaining([
        "x-tag: one",
        "x-tag: two",
        "Host: chat.example",
        "Sec-WebSocket-Protocol: v2,v1",
      ]),
    );
    await handshakes.stop();
  });
});

describe("the end", () => {
  it.each(["close 1000", "close 1001", "close"])(
    "the server's %s is no failure, and is noted",
    async (message) => {
      const result = await runConnect([server.url, "-x", message, "--wait", "forever"]);
      expect(result).toMatchObject({ code: 0, stdout: "" });
      expect(result.stderr).toMatch(/^The server closed the connection: 100[015] \(/);
    },
  );

  it.each([
    ["close 1003", "1003 (kind of data not accepted)"],
    ["close 1008 not you", '1008 (against the server\'s policy), "not you"'],
    ["close 1009", "1009 (message too big)"],
    ["close 1011 oops", '1011 (internal error of the server), "oops"'],
    ["close 1012", "1012 (the server restarts)"],
    ["close 1013", "1013 (the server is overloaded, try again later)"],
    ["close 4001 kicked", '4001 (application), "kicked"'],
    ["die", "1006 (abnormal"],
  ])("%s is a failure, told in words", async (message, words) => {
    const { code, stdout, stderr } = await runConnect([server.url, "-x", message, "--wait", "forever"]);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(`CLOSED_ABNORMALLY: `);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("comes when the server closes, though the input is still open", async () => {
    const run = startConnect([server.url]);
    run.child.stdin?.write("close 1000\n");
    await expect(run.ended).resolves.toMatchObject({ code: 0 });
  });

  it.each(["SIGINT", "SIGTERM"] as const)("%s closes with 1000", async (signal) => {
    const run = startConnect([server.url]);
    const close = server.nextClose();
    run.child.stdin?.write("ready\n");
    await untilOutput(run.output, "ready");
    run.child.kill(signal);
    await expect(run.ended).resolves.toMatchObject({ code: 0, stdout: "ready\n" });
    await expect(close).resolves.toEqual({ code: 1000, reason: "" });
  });

  it("comes quietly when nobody reads the output any more", async () => {
    const flood = await startTalkingServer((client) => {
      const timer = setInterval(() => client.send("x".repeat(10_000)), 1);
      client.on("close", () => clearInterval(timer));
    });
    const run = startConnect([flood.url, "--wait", "forever"], { input: "" });
    await untilOutput(run.output, "x");
    run.child.stdout?.destroy();
    await expect(run.ended).resolves.toMatchObject({ code: 0, stderr: "" });
    await flood.stop();
  });
});

describe("--json", () => {
  it("writes one event a line", async () => {
    const { code, stdout, stderr } = await runConnect([server.url, "--json", "--wait", "forever"], {
      input: "one\nbytes\nclose 1001 so long\n",
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const events = readEvents(stdout);
    expect(events.filter(({ event }) => event !== "sent")).toEqual([
      { event: "open", url: server.url, protocol: "" },
      { event: "message", data: "one", time },
      { event: "message", data: "AAH+/w==", binary: true, time },
      { event: "close", code: 1001, reason: "so long", clean: true },
    ]);
    const sent = ["one", "bytes", "close 1001 so long"].map((data) => ({ event: "sent", data, time }));
    expect(events.filter(({ event }) => event === "sent")).toEqual(sent);
  });

  it("has pings too with --verbose", async () => {
    const { stdout } = await runConnect([server.url, "--json", "--verbose", "-x", "ping", "--wait", "0.5"]);
    expect(readEvents(stdout)).toContainEqual(expect.objectContaining({ event: "ping" }));
  });

  it("tells a broken connection from a clean one, and fails", async () => {
    const { code, stdout } = await runConnect([server.url, "--json", "-x", "die", "--wait", "forever"]);
    expect(code).toBe(1);
    expect(readEvents(stdout).at(-1)).toEqual({ event: "close", code: 1006, reason: "", clean: false });
  });
});

describe("a connection that does not come about", () => {
  it("is refused with a status: it is shown with the headers that matter and the body", async () => {
    const refusing = await startRefusing();
    const plain = await runConnect([refusing.url, "-x", "hello"]);
    expect(plain).toMatchObject({ code: 1, stdout: "" });
    expect(plain.stderr.split("\n").slice(0, 5)).toEqual([
      `HANDSHAKE_REFUSED: ${refusing.url} refused the handshake: 403 Forbidden`,
      "  content-type: application/json",
      "  x-amz-apigw-id: abc=",
      "",
      '  {"message":"Forbidden"}',
    ]);
    const json = await runConnect([refusing.url, "-x", "hello", "--json"]);
    expect(json.code).toBe(1);
    expect(readEvents(json.stdout)).toEqual([
      {
        event: "refused",
        status: 403,
        headers: expect.objectContaining({ "x-amz-apigw-id": "abc=" }),
        body: '{"message":"Forbidden"}',
      },
    ]);
    await refusing.stop();
  });

  it("has nobody listening: it says what to do, without a stack", async () => {
    const gone = await startTalkingServer();
    await gone.stop();
    const { code, stdout, stderr } = await runConnect([gone.url, "-x", "hello"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^CONNECT_FAILED: Cannot connect to .*: nothing listens at 127\.0\.0\.1:\d+\n.*holdfast dev/,
    );
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("has no answer: --timeout ends the wait", async () => {
    const silent = await listen(createServer());
    const { code, stderr } = await runConnect([`127.0.0.1:${silent.port}`, "--timeout", "0.3"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^CONNECT_FAILED: .*no answer within 0\.3 s/);
    await silent.stop();
  });

  it("has something else listening: no HTTP, or no TLS", async () => {
    const other = await listen(
      createServer((socket) => void socket.on("error", () => {}).end("220 mail.example\r\n")),
    );
    const noHttp = await runConnect([`127.0.0.1:${other.port}`]);
    expect(noHttp).toMatchObject({ code: 1, stderr: expect.stringContaining("does not speak HTTP") });
    const noTls = await runConnect([`wss://127.0.0.1:${other.port}`]);
    expect(noTls).toMatchObject({ code: 1, stderr: expect.stringContaining("does not speak TLS") });
    await other.stop();
  });

  it("is given up by an interrupt", async () => {
    const silent = createServer();
    const asked = new Promise((resolve) =>
      silent.once("connection", (socket) => socket.once("data", resolve)),
    );
    const { port, stop } = await listen(silent);
    const run = startConnect([`127.0.0.1:${port}`]);
    await asked;
    run.child.kill("SIGINT");
    await expect(run.ended).resolves.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Interrupted"),
    });
    await stop();
  });

  it.each([
    [["ftp://example.com"], "is not the URL of a WebSocket"],
    [["localhost:1", "--wait", "-1"], "--wait -1"],
    [["localhost:1", "-H", "nonsense"], "is no header"],
  ])("has a mistake in its options: %j", async (args, words) => {
    const { code, stderr } = await runConnect(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^OPTION_INVALID: /);
    expect(stderr).toContain(words);
  });
});

describe("without a URL", () => {
  it("connects to the app that runs from the folder", async () => {
    const cwd = path.join(folder, "running");
    await mkdir(path.join(cwd, ".holdfast"), { recursive: true });
    const websockets = [
      { name: "chat", url: "ws://127.0.0.1:1/chat" },
      { name: "echo", url: server.url },
    ];
    await writeFile(
      path.join(cwd, ".holdfast", "running.json"),
      JSON.stringify({ pid: process.pid, websockets, http: "http://127.0.0.1:1" }),
    );
    const result = await runConnect(["--api", "echo", "-x", "hello", "--count", "1"], { cwd });
    expect(result).toEqual({ code: 0, stdout: "hello\n", stderr: "" });
    await expect(runConnect(["-x", "hello"], { cwd })).resolves.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("--api"),
    });
  });

  it("says how to start one when none runs", async () => {
    const { code, stderr } = await runConnect(["-x", "hello"], { cwd: folder, env: { TMPDIR: folder } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^SERVER_NOT_FOUND: /);
    expect(stderr).toContain("holdfast dev");
  });
});

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
if (!hasOpenssl)
  console.warn("connect: wss:// is NOT tested, for there is no openssl here to make a certificate");

describe.skipIf(!hasOpenssl)("wss://", () => {
  it("refuses a certificate that nobody vouches for, unless --insecure accepts it", async () => {
    const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=localhost", "-days", "2"];
    const request = [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      key,
      "-out",
      cert,
      ...subject,
    ];
    execFileSync("openssl", request, { stdio: "ignore" });
    const https = createHttpsServer({ key: await readFile(key), cert: await readFile(cert) });
    const { port, stop } = await listen(https);
    const secure = await startTalkingServer(() => {}, { server: https });
    const args = [`wss://127.0.0.1:${port}/`, "-x", "hello", "--count", "1"];
    const refused = await runConnect(args);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^CONNECT_FAILED: .*certificate/);
    expect(refused.stderr).toContain("--insecure");
    await expect(runConnect([...args, "--insecure"])).resolves.toEqual({
      code: 0,
      stdout: "hello\n",
      stderr: "",
    });
    await secure.stop();
    await stop();
  });
});

function readEvents(stdout: string): Readonly<Record<string, unknown>>[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

async function startRefusing(): Promise<{ url: string; stop: () => Promise<void> }> {
  const http = createHttpServer();
  http.on("upgrade", (_request, socket) => {
    const body = '{"message":"Forbidden"}';
    const headers = [
      "Content-Type: application/json",
      "x-amz-apigw-id: abc=",
      `Content-Length: ${body.length}`,
    ];
    socket.end(["HTTP/1.1 403 Forbidden", ...headers, "Connection: close", "", body].join("\r\n"));
  });
  const { port, stop } = await listen(http);
  return { url: `ws://127.0.0.1:${port}/dev`, stop };
}

async function listen(listener: Server): Promise<{ port: number; stop: () => Promise<void> }> {
  const sockets = new Set<{ destroy(): void }>();
  listener.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

async function untilOutput(output: () => string, text: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!output().includes(text)) {
    if (Date.now() > deadline) throw new Error(`There is no ${text} in: ${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
