import { setImmediate as nextTurn } from "node:timers/promises";
import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { WireChannel, type WireSocket } from "./wire-channel.ts";
import { encodeFrames } from "./wire-codec.ts";

/** A socket that hands every write to its peer as one chunk. */
class PairedSocket extends EventEmitter implements WireSocket {
  readonly written: Buffer[] = [];
  corks = 0;
  write(bytes: Buffer): void {
    this.written.push(bytes);
  }
  cork(): void {
    this.corks += 1;
  }
  uncork(): void {
    this.corks -= 1;
  }
  paused = false;
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
}

function openChannel() {
  const socket = new PairedSocket();
  const received: unknown[] = [];
  const failures: Error[] = [];
  const channel = new WireChannel<readonly unknown[]>(socket, {
    receive: (message) => received.push(message),
    fail: (error) => failures.push(error),
  });
  return { socket, channel, received, failures };
}

test("what is sent in one turn leaves in one write, at the end of the turn and in order", async () => {
  const sender = openChannel();
  const receiver = openChannel();
  sender.channel.send([1]);
  queueMicrotask(() => sender.channel.send([2]));
  process.nextTick(() => sender.channel.sendEncoded("[3]"));
  expect(sender.socket.written).toHaveLength(0);
  await nextTurn();
  await nextTurn();
  expect(sender.socket.written).toHaveLength(1);
  sender.channel.send([4]);
  await nextTurn();
  await nextTurn();
  expect(sender.socket.written).toHaveLength(2);

  for (const chunk of sender.socket.written) receiver.socket.emit("data", chunk);
  expect(receiver.received).toEqual([[1], [2], [3], [4]]);
});

test("a turn too large for one frame is corked into one write", async () => {
  const { socket, channel } = openChannel();
  for (let index = 0; index < 3; index += 1) channel.send(["x".repeat(2_000_000)]);
  await nextTurn();
  await nextTurn();
  expect(socket.written.length).toBeGreaterThan(1);
  expect(socket.corks).toBe(0);
});

test("frames that were taken are not written again", async () => {
  const { socket, channel } = openChannel();
  channel.send(["last words"]);
  expect(channel.takeFrames()).toEqual(encodeFrames(['["last words"]']));
  await nextTurn();
  await nextTurn();
  expect(socket.written).toEqual([]);
});

test("a stream that is no stream of frames fails once, and nothing more is received", () => {
  const { socket, received, failures } = openChannel();
  socket.emit("data", Buffer.from([255, 255, 255, 255]));
  socket.emit("data", encodeFrames(["[1]"])[0]);
  expect(failures).toHaveLength(1);
  expect(received).toEqual([]);
});

test("a message that cannot be sent throws where it is sent, and those around it are sent", async () => {
  const { socket, channel } = openChannel();
  channel.send([1]);
  expect(() => channel.send([2n])).toThrow(TypeError);
  channel.send([3]);
  await nextTurn();
  await nextTurn();
  expect(socket.written).toEqual(encodeFrames(["[1]", "[3]"]));
});

test("a paused channel receives nothing, not even the rest of a batch, and goes on where it stopped", () => {
  const socket = new PairedSocket();
  const received: unknown[] = [];
  const channel = new WireChannel(socket, {
    receive: ([number]: readonly unknown[]) => {
      received.push(number);
      if (Number(number) % 2 === 0) channel.pause();
    },
    fail: () => {},
  });
  socket.emit("data", encodeFrames(["[1]", "[2]", "[3]", "[4]", "[5]"])[0]);
  expect(received).toEqual([1, 2]);
  expect(socket.paused).toBe(true);
  // What the socket had read already when it was paused.
  socket.emit("data", encodeFrames(["[6]", "[7]"])[0]);
  channel.resume();
  expect(received).toEqual([1, 2, 3, 4]);
  expect(socket.paused).toBe(true);
  channel.resume();
  expect(received).toEqual([1, 2, 3, 4, 5, 6]);
  channel.resume();
  expect(received).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(socket.paused).toBe(false);
});
