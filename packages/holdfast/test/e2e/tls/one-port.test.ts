import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { RawClient } from "../gateway/rig.ts";
import { startTlsRig } from "./tls-rig.ts";

const onAws = "a1b2c3.execute-api.us-east-1.amazonaws.com";

describe("one port", () => {
  it("takes ws, wss, http and https", async () => {
    await using rig = await startTlsRig();
    for (const scheme of ["ws", "wss"]) {
      const socket = await rig.socket(`${scheme}://localhost:${rig.port}/dev`);
      socket.send(scheme);
      const [data] = (await once(socket, "message")) as [Buffer];
      expect(data.toString()).toBe(`echo ${scheme}`);
    }
    expect(await (await fetch(`http://127.0.0.1:${rig.port}/x`)).text()).toBe(`GET 127.0.0.1:${rig.port} /x`);
    expect(await rig.https("/x")).toEqual({ status: 200, body: `GET 127.0.0.1:${rig.port} /x` });
  });

  it("carries a message of many TLS records both ways", async () => {
    await using rig = await startTlsRig();
    const socket = await rig.socket(`wss://localhost:${rig.port}/dev`);
    const text = "é".repeat(15_000);
    socket.send(text);
    const [data] = (await once(socket, "message")) as [Buffer];
    expect(data.toString()).toBe(`echo ${text}`);
  });

  it("carries more in one turn than may wait for a client, to one that reads", async () => {
    await using rig = await startTlsRig();
    const socket = await rig.socket(`wss://localhost:${rig.port}/dev`);
    let received = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.on("message", () => (received += 1) === 60 && resolve());
    const text = "x".repeat(100_000);
    for (let sent = 0; sent < 60; sent++) void rig.gateway.broadcast(text);
    await promise;
    expect(rig.log.entries.filter(({ event }) => event === "gateway.slow-consumer")).toEqual([]);
  });

  it("takes a request that comes byte by byte, and several at once", async () => {
    await using rig = await startTlsRig();
    const client = await RawClient.open(rig.port);
    for (const byte of "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n") {
      client.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    client.write("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\nGET /b HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await client.until((text) => text.includes("GET localhost /b"));
    expect(client.text.match(/GET localhost \/(?:slow|a|b)/g)).toEqual([
      "GET localhost /slow",
      "GET localhost /a",
      "GET localhost /b",
    ]);
    client.socket.destroy();
  });

  it("shows each name its own certificate, and the one of this machine where none is asked for", async () => {
    await using rig = await startTlsRig();
    const names = ["bucket.s3.us-east-1.amazonaws.com", onAws, "localhost"];
    for (const servername of names) {
      const socket = await rig.tls({ servername });
      expect(socket.authorized).toBe(true);
      expect(socket.getPeerCertificate().subjectaltname).toBe(`DNS:${servername}`);
    }
    const unnamed = (await rig.tls()).getPeerCertificate().subjectaltname;
    expect(unnamed).toBe("DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1");
    await expect(rig.tls({ servername: "example.com" })).rejects.toThrow(/altnames/);
  });

  it("speaks HTTP/1.1 only", async () => {
    await using rig = await startTlsRig();
    const socket = await rig.tls({ servername: "localhost", ALPNProtocols: ["h2", "http/1.1"] });
    expect(socket.alpnProtocol).toBe("http/1.1");
    await expect(rig.tls({ servername: "localhost", ALPNProtocols: ["h2"] })).rejects.toThrow(/alert/);
  });

  it("closes with sockets of every kind open: connections, silent ones, half-done handshakes", async () => {
    await using rig = await startTlsRig();
    const socket = await rig.socket(`wss://localhost:${rig.port}/dev`);
    const silent = await rig.tls({ servername: "localhost" });
    const halfDone = await RawClient.open(rig.port);
    halfDone.write(Buffer.from([0x16, 0x03, 0x01]));
    await rig.https("/warm");
    const closed = once(socket, "close");

    await rig.listener.close(50);

    expect((await closed)[0]).toBe(1001);
    await halfDone.closed;
    if (!silent.destroyed) await once(silent, "close");
  });
});

describe("a client that starts TLS", () => {
  it("and does not get on is ended", async () => {
    await using rig = await startTlsRig({ limits: { tlsHandshakeTimeoutMs: 100 } });
    const client = await RawClient.open(rig.port);
    client.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]));
    await client.closed;
    expect(rig.log.entries.map(({ event }) => event)).toContain("listener.tls-error");
  });

  it("and then says nothing is ended by the limit of headers", async () => {
    await using rig = await startTlsRig({ limits: { headersTimeoutMs: 100 } });
    const socket = await rig.tls({ servername: "localhost" });
    socket.resume();
    await once(socket, "close");
    expect(socket.destroyed).toBe(true);
  });

  it("with garbage harms nobody", async () => {
    // The first round is a byte and no more.
    await using rig = await startTlsRig({ limits: { tlsHandshakeTimeoutMs: 200 } });
    for (let round = 0; round < 50; round += 1) {
      const client = await RawClient.open(rig.port);
      const length = (round * 37) % 300;
      client.write(Buffer.from([0x16, ...Array.from({ length }, (_, at) => (at * 31 + round * 17) % 256)]));
      client.socket.end();
      await client.closed;
    }
    expect((await rig.https("/still")).status).toBe(200);
    expect(rig.log.entries.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("and is cut off in the middle of a handshake or a message harms nobody", async () => {
    await using rig = await startTlsRig();
    const opening = connect(rig.port, "127.0.0.1");
    opening.write(Buffer.from([0x16, 0x03, 0x01, 0x00]), () => opening.resetAndDestroy());
    await once(opening, "close");
    const socket = await rig.tls({ servername: "localhost" });
    socket.write("GET /half HTTP/1.1\r\nHost: loc", () => socket.destroy());
    await once(socket, "close");
    expect((await rig.https("/still")).status).toBe(200);
  });

  it("says nothing before its first byte and is ended as any other", async () => {
    await using rig = await startTlsRig({ limits: { firstByteTimeoutMs: 100 } });
    const client = await RawClient.open(rig.port);
    await client.closed;
    const left = await RawClient.open(rig.port);
    left.socket.end();
    await left.closed;
    expect(left.received.length).toBe(0);
  });
});

describe("the host that a request asks for", () => {
  const asking = (host: string): { headers: { host: string }; servername: string } => ({
    headers: { host },
    servername: "localhost",
  });

  it("is answered when it is this machine or a configured name", async () => {
    await using rig = await startTlsRig({ hosts: ["chat.test"] });
    for (const host of ["localhost", `127.0.0.1:${rig.port}`, "[::1]:1", "chat.test:1"])
      expect(await rig.https("/", asking(host))).toEqual({ status: 200, body: `GET ${host} /` });
  });

  it("is refused when it is somebody else's, once told in the log with what to do", async () => {
    await using rig = await startTlsRig();
    for (let round = 0; round < 2; round += 1) {
      const { status, body } = await rig.https("/", asking("evil.example:80"));
      expect(status).toBe(403);
      const { message } = JSON.parse(body) as { message: string };
      expect(message).toContain("HOLDFAST_HOSTS=evil.example");
    }
    const opening = rig.socket(`ws://127.0.0.1:${rig.port}/dev`, asking("evil.example"));
    await expect(opening).rejects.toThrow("403");
    const told = rig.log.entries.filter(({ event }) => event === "listener.host-refused");
    expect(told).toMatchObject([{ level: "warn", fields: { host: "evil.example" } }]);
  });

  it("is an API when it is its name on AWS, in whichever region", async () => {
    await using rig = await startTlsRig();
    for (const host of [onAws, "a1b2c3.execute-api.eu-west-1.amazonaws.com"]) {
      const options = { ...asking(host), servername: host };
      const socket = await rig.socket(`wss://127.0.0.1:${rig.port}/dev`, options);
      socket.send("hi");
      expect(String((await once(socket, "message"))[0])).toBe("echo hi");
    }
    await expect(rig.socket(`ws://127.0.0.1:${rig.port}/other`, asking(onAws))).rejects.toThrow("403");
    expect(await rig.https("/files", asking(onAws))).toEqual({
      status: 403,
      body: '{"message":"Forbidden"}',
    });
    expect((await rig.https("/dev", asking(onAws))).status).toBe(426);
  });

  it("is refused when it is the name of an API that is not here, and the log says which there are", async () => {
    await using rig = await startTlsRig();
    const host = "zzz999.execute-api.us-east-1.amazonaws.com";
    expect((await rig.https("/dev", asking(host))).status).toBe(403);
    await expect(rig.socket(`ws://127.0.0.1:${rig.port}/dev`, asking(host))).rejects.toThrow("403");
    const [told] = rig.log.entries.filter(({ event }) => event === "listener.host-refused");
    expect(told?.fields.hint).toContain("a1b2c3");
  });

  it("gets 501 and what to do when it is another service of AWS", async () => {
    await using rig = await startTlsRig();
    for (const host of ["bucket.s3.us-east-1.amazonaws.com", "events.us-east-1.amazonaws.com"]) {
      const { status, body } = await rig.https("/", asking(host));
      expect(status).toBe(501);
      expect(body).toMatch(/AWS_ENDPOINT_URL.*HOLDFAST_AWS_NAMES=off/);
    }
  });
});
