import type { AddressInfo } from "node:net";
import { PassThrough, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import { ManualClock } from "../../base/clock.ts";
import { Conversation } from "./conversation.ts";
import { createJsonTranscript } from "./json-transcript.ts";
import { openSocket } from "./open-socket.ts";

let server: WebSocketServer;

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  await new Promise((resolve) => server.once("listening", resolve));
});

afterEach(async () => {
  for (const client of server.clients) client.terminate();
  await new Promise((resolve) => server.close(resolve));
});

async function open(): Promise<{ ours: WebSocket; theirs: WebSocket }> {
  const connected = new Promise<WebSocket>((resolve) => server.once("connection", resolve));
  const { port } = server.address() as AddressInfo;
  const url = new URL(`ws://127.0.0.1:${port}/`);
  const handshake = { url, headers: {}, subprotocols: [], insecure: false, timeoutMs: 5_000 };
  const opening = await openSocket(handshake, new AbortController().signal);
  if (opening.kind !== "open") throw new Error("The test's server refused");
  return { ours: opening.socket, theirs: await connected };
}

const clock = new ManualClock();

function converse(socket: WebSocket, output: Writable, maxReceived = Number.POSITIVE_INFINITY): Conversation {
  const transcript = createJsonTranscript(output, { verbose: false });
  return new Conversation(socket, { transcript, output, clock, maxReceived });
}

describe("Conversation", () => {
  it("takes no more messages than it was told to", async () => {
    const { ours, theirs } = await open();
    const output = new PassThrough();
    const conversation = converse(ours, output, 2);
    for (const text of ["one", "two", "three", "four"]) theirs.send(text);
    await expect(conversation.ended).resolves.toMatchObject({ code: 1000, byUs: true, clean: true });
    const lines = String(output.read()).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).data)).toEqual(["one", "two"]);
  });

  it("reads nothing from the socket while the output is full, and goes on when it has room", async () => {
    const { ours, theirs } = await open();
    let writeOn = (): void => {};
    const output = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => void (writeOn = done),
    });
    const conversation = converse(ours, output);
    const message = Buffer.alloc(64 * 1024);
    const messageCount = 1_000;
    for (let index = 0; index < messageCount; index += 1) theirs.send(message);
    await waitFor(() => ours.isPaused);
    // What the two kernels do not hold is still with the server.
    expect(conversation.receivedCount).toBeLessThan(messageCount / 2);
    expect(theirs.bufferedAmount).toBeGreaterThan(0);
    while (conversation.receivedCount < messageCount) {
      writeOn();
      await new Promise(setImmediate);
    }
    ours.terminate();
    await conversation.ended;
  });

  it("does not wait for ever for a server that never says goodbye", async () => {
    const { ours, theirs } = await open();
    theirs.pause();
    const conversation = converse(ours, new PassThrough());
    conversation.close();
    clock.advance(2_000);
    await expect(conversation.ended).resolves.toMatchObject({ byUs: true, clean: false, code: 1006 });
  });

  it("breaks off at the second interrupt", async () => {
    const { ours, theirs } = await open();
    theirs.pause();
    const conversation = converse(ours, new PassThrough());
    conversation.interrupt();
    conversation.interrupt();
    await expect(conversation.ended).resolves.toMatchObject({ byUs: true, clean: false });
  });

  it("ends with what broke the output", async () => {
    const { ours, theirs } = await open();
    const broken = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
    const output = new Writable({ write: (_chunk, _encoding, done) => done(broken) });
    const conversation = converse(ours, output);
    theirs.send("one");
    await expect(conversation.ended).resolves.toMatchObject({ outputError: broken, byUs: true });
  });

  it("says what was wrong with a frame that breaks the protocol", async () => {
    const { ours, theirs } = await open();
    const conversation = converse(ours, new PassThrough());
    const reservedOpcode = Buffer.from([0x83, 0x00]);
    Reflect.get(theirs, "_socket").write(reservedOpcode);
    const ending = await conversation.ended;
    expect(ending).toMatchObject({ byUs: false, clean: false });
    expect(ending.error?.message).toContain("invalid opcode");
  });

  it("neither fails nor hangs when it is told to send after the end", async () => {
    const { ours, theirs } = await open();
    const conversation = converse(ours, new PassThrough());
    theirs.close(1001);
    await conversation.ended;
    await conversation.send("late");
    conversation.ping();
    conversation.close();
    expect(conversation.receivedCount).toBe(0);
  });
});

async function waitFor(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error("It did not come to that");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
