import { createServer as createPort, connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { clientOf, type Client } from "../../../src/gateway/clients/client.ts";
import type { HttpHandler } from "../../../src/gateway/http-answer.ts";
import type { ConnectEvent } from "../../../src/model/gateway-event.ts";
import {
  openCertificateAuthority,
  type CertificateAuthority,
} from "../../../src/targets/local/certificate-authority.ts";
import { startRig, upgradeRequest, type Rig, type RigOptions } from "./rig.ts";

const proxy = { trusted: ["127.0.0.1"], protocol: false };
const announcing = { trusted: ["127.0.0.1"], protocol: true };
const introduction = "PROXY TCP4 203.0.113.7 198.51.100.1 4711 443\r\n";

/** What the server knows of whoever asks. */
const tell: HttpHandler = (request, response) => {
  const { host } = request.headers;
  const forwardedFor = request.headers["x-forwarded-for"];
  response.setHeader("connection", "close");
  response.end(JSON.stringify({ ...clientOf(request), host, forwardedFor }));
};

interface Told extends Client {
  readonly host: string;
  readonly forwardedFor?: string;
}

function start(proxies: typeof proxy | undefined, options: Partial<RigOptions> = {}): Promise<Rig> {
  return startRig({
    functions: {},
    http: tell,
    ...options,
    settings: { ...(proxies && { proxies }) },
  });
}

async function ask(rig: Rig, headers: string[], before = ""): Promise<Told> {
  const client = await rig.raw();
  client.write(`${before}GET / HTTP/1.1\r\n${["Host: inner", ...headers].join("\r\n")}\r\n\r\n`);
  await client.closed;
  return JSON.parse(client.text.slice(client.text.indexOf("\r\n\r\n") + 4)) as Told;
}

const forwarded = [
  "X-Forwarded-For: 1.1.1.1, 203.0.113.7",
  "X-Forwarded-Proto: https",
  "X-Forwarded-Host: chat.example.com",
];

describe("a request with X-Forwarded-* headers", () => {
  it("from a trusted proxy is the client's", async () => {
    await using rig = await start(proxy);
    expect(await ask(rig, forwarded)).toEqual({
      address: "203.0.113.7",
      secure: true,
      port: 443,
      local: false,
      proxied: true,
      host: "chat.example.com",
      forwardedFor: "1.1.1.1",
    });
  });

  it("from anybody else is that one's own, but is no local client's", async () => {
    await using rig = await start({ trusted: ["10.0.0.0/8"], protocol: false });
    expect(await ask(rig, forwarded)).toMatchObject({
      address: "127.0.0.1",
      secure: false,
      port: rig.port,
      local: false,
      proxied: false,
      host: "inner",
      forwardedFor: "1.1.1.1, 203.0.113.7",
    });
  });

  it("that has none of them is a local client's, but from a proxy it is not", async () => {
    await using plain = await start(undefined);
    expect(await ask(plain, [])).toMatchObject({ address: "127.0.0.1", local: true });
    await using behind = await start(proxy);
    expect(await ask(behind, [])).toMatchObject({ address: "127.0.0.1", local: false });
  });

  it("may ask for AWS's names from this machine, where functions do, whether or not a proxy is there as well", async () => {
    const hosts = { names: new Set(["chat.example.com"]) };
    await using rig = await start(proxy, { hosts });
    const client = await rig.raw();
    client.write("GET / HTTP/1.1\r\nHost: sqs.us-east-1.amazonaws.com\r\n\r\n");
    await client.closed;
    // Nobody answers for it here, but it was not refused for its name.
    expect(client.text).toContain("501 Not Implemented");
  });

  it("asks for a connection of the client's", async () => {
    const events: ConnectEvent[] = [];
    await using rig = await startRig({
      functions: {
        $connect: (event) => {
          events.push(event as ConnectEvent);
          return { statusCode: 200 };
        },
      },
      settings: { proxies: proxy },
    });
    const client = await rig.raw();
    client.write(
      upgradeRequest("/dev", {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "chat.example.com",
      }),
    );
    await client.until((text) => text.includes("101"));
    expect(events[0]).toMatchObject({ port: 443, secure: true, connection: { sourceIp: "203.0.113.7" } });
    expect(events[0]?.headers).toContainEqual(["Host", "chat.example.com"]);
    expect(events[0]?.headers.map(([name]) => name.toLowerCase())).not.toContain("x-forwarded-for");
  });
});

describe("a PROXY header", () => {
  it("of a trusted proxy says whose the socket is", async () => {
    await using rig = await start(announcing);
    expect(await ask(rig, [], introduction)).toMatchObject({
      address: "203.0.113.7",
      port: 443,
      secure: false,
      local: false,
    });
  });

  it("does not make its client one whose X-Forwarded-For is believed", async () => {
    await using rig = await start(announcing);
    expect(await ask(rig, forwarded, introduction)).toMatchObject({ address: "203.0.113.7", host: "inner" });
  });

  it("may come byte by byte", async () => {
    await using rig = await start(announcing);
    const client = await rig.raw();
    for (const byte of introduction) {
      client.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    client.write("GET / HTTP/1.1\r\nHost: inner\r\n\r\n");
    await client.closed;
    expect(client.text).toContain("203.0.113.7");
  });

  it("is not needed from this machine itself, as functions and health checks come", async () => {
    await using rig = await start(announcing);
    expect(await ask(rig, [])).toMatchObject({ address: "127.0.0.1", port: rig.port, local: false });
    const client = await rig.raw();
    client.write("POST / HTTP/1.1\r\nHost: inner\r\nContent-Length: 0\r\n\r\n");
    await client.closed;
    expect(client.text).toContain("200 OK");
  });

  it("has to come in time, and so has what follows it", async () => {
    await using rig = await start(announcing, { limits: { firstByteTimeoutMs: 50 } });
    const silent = await rig.raw();
    await silent.closed;
    const slow = await rig.raw();
    slow.write("PROXY TCP4 ");
    await slow.closed;
    const introduced = await rig.raw();
    introduced.write(introduction);
    await introduced.closed;
    expect([silent.text, slow.text, introduced.text]).toEqual(["", "", ""]);
  });

  it("is taken from nobody else, who needs none", async () => {
    await using rig = await start({ trusted: ["10.0.0.1"], protocol: true });
    const client = await rig.raw();
    client.write(`${introduction}GET / HTTP/1.1\r\nHost: inner\r\n\r\n`);
    await client.closed;
    expect(client.text).toContain("400 Bad Request");
    expect(await ask(rig, [])).toMatchObject({ address: "127.0.0.1" });
  });

  it("keeps nobody waiting when the listener ends", async () => {
    const rig = await start(announcing);
    const client = await rig.raw();
    client.write(introduction);
    const half = await rig.raw();
    half.write("PROXY");
    expect(await ask(rig, [], introduction)).toMatchObject({ address: "203.0.113.7" });
    await rig.listener.close(100);
    await Promise.all([client.closed, half.closed]);
    await rig[Symbol.asyncDispose]();
  });
});

describe("a PROXY header before TLS", () => {
  let folder = "";
  let authority: CertificateAuthority;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "holdfast-proxy-"));
    authority = await openCertificateAuthority({ folder, clock: systemClock });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ["together with its first bytes", true],
    ["in a packet of its own", false],
  ])("says whose the socket is: %s", async (_, isTogether) => {
    await using rig = await start(announcing, { certificates: authority });
    // Stands between, as a balancer does that leaves TLS to the server.
    const balancer = createPort((client) => {
      const server = connect(rig.port, "127.0.0.1");
      if (isTogether) {
        client.once("data", (hello) => {
          server.write(Buffer.concat([Buffer.from(introduction), hello]));
          client.pipe(server);
        });
      } else {
        server.write(introduction);
        client.pipe(server);
      }
      server.pipe(client);
      server.on("error", () => client.destroy());
      client.on("error", () => server.destroy());
    });
    balancer.listen(0, "127.0.0.1");
    await once(balancer, "listening");
    const address = balancer.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const client = connectTls({
      host: "127.0.0.1",
      port,
      servername: "localhost",
      ca: authority.certificate,
    });
    client.write("GET / HTTP/1.1\r\nHost: inner\r\n\r\n");
    let text = "";
    for await (const chunk of client) text += String(chunk);
    balancer.close();
    expect(JSON.parse(text.slice(text.indexOf("\r\n\r\n") + 4))).toMatchObject({
      address: "203.0.113.7",
      secure: true,
      local: false,
    });
  });
});
