import fc from "fast-check";
import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../base/clock.ts";
import { DeadlineList } from "./deadline-list.ts";
import { Flusher, Outbox } from "./outbox.ts";

/** A stream that counts the writes which would each be one system call, and keeps their bytes while it is stuck. */
class CountingSink extends Writable {
  readonly writes: Buffer[][] = [];
  #stuck: boolean;

  #release: (() => void) | undefined;

  constructor(stuck = false) {
    super({ highWaterMark: 16_384 });
    this.#stuck = stuck;
  }

  /** Takes all that it holds, and from now on everything at once. */
  release(): void {
    this.#stuck = false;
    this.#release?.();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this._writev([{ chunk }], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.writes.push(chunks.map(({ chunk }) => chunk));
    if (this.#stuck) this.#release = done;
    else done();
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const text = (sink: CountingSink) => Buffer.concat(sink.writes.flat()).toString();

function startOutbox(options: { stuck?: boolean; outboxBytes?: number; burstMs?: number } = {}) {
  const { stuck, outboxBytes = 1000, burstMs } = options;
  const sink = new CountingSink(stuck);
  const clock = new ManualClock();
  const overflows: number[] = [];
  const bursts = burstMs === undefined ? undefined : new DeadlineList(clock, burstMs);
  const outbox = new Outbox(sink, new Flusher(), outboxBytes, (held) => overflows.push(held), bursts);
  return { sink, outbox, overflows, clock };
}

describe("an outbox", () => {
  it("lets all that is queued in one turn leave in one write, as the very buffers that came", async () => {
    const { sink, outbox } = startOutbox();
    const frames = ["a", "b", "c", "d"].map((one) => Buffer.from(one));
    for (const frame of frames) outbox.send(frame);
    await Promise.resolve();
    outbox.pong(Buffer.from("P"));
    expect(sink.writes).toEqual([]);
    await turn();
    expect(sink.writes).toHaveLength(1);
    expect(text(sink)).toBe("Pabcd");
    expect(sink.writes[0]?.[1]).toBe(frames[0]);
    outbox.send(Buffer.from("e"));
    await turn();
    expect(sink.writes).toHaveLength(2);
  });

  it("shares one flusher with others", async () => {
    const flusher = new Flusher();
    const sinks = [new CountingSink(), new CountingSink(), new CountingSink()];
    const frame = Buffer.from("shared");
    for (const sink of sinks) new Outbox(sink, flusher, 1000, () => {}).send(frame);
    await turn();
    for (const sink of sinks) expect(sink.writes).toEqual([[frame]]);
  });

  it("sends everything before the end, the end once, and nothing after it", async () => {
    const { sink, outbox } = startOutbox();
    let ended = 0;
    outbox.send(Buffer.from("a"));
    outbox.end(Buffer.from("END"), () => (ended += 1));
    outbox.send(Buffer.from("b"));
    outbox.pong(Buffer.from("P"));
    outbox.end(Buffer.from("END"), () => (ended += 1));
    await turn();
    expect(text(sink)).toBe("aEND");
    expect(ended).toBe(1);
  });

  it("answers the last of many pings", async () => {
    const { sink, outbox } = startOutbox();
    for (let count = 0; count < 100; count++) outbox.pong(Buffer.from(`${count},`));
    await turn();
    expect(text(sink)).toBe("99,");
  });

  it("gives up a consumer at its bound, which counts what the socket holds, once, and drops what is queued", async () => {
    const { sink, outbox, overflows } = startOutbox({ stuck: true, outboxBytes: 100 });
    outbox.send(Buffer.alloc(60));
    await turn();
    outbox.send(Buffer.alloc(40));
    expect(overflows).toEqual([]);
    outbox.send(Buffer.alloc(1));
    expect(overflows).toEqual([100]);
    outbox.send(Buffer.alloc(1));
    outbox.end(Buffer.from("END"), () => expect.unreachable());
    await turn();
    expect(overflows).toEqual([100]);
    expect(sink.writableLength).toBe(100);
  });

  it("takes more than its bound in one turn for a consumer that keeps up", async () => {
    const { sink, outbox, overflows } = startOutbox({ outboxBytes: 100 });
    for (let count = 0; count < 50; count++) outbox.send(Buffer.from(`${count}`.padStart(30)));
    await turn();
    expect(overflows).toEqual([]);
    expect(text(sink)).toHaveLength(50 * 30);
  });

  describe("of a socket that tells late what was taken", () => {
    const late = { stuck: true, outboxBytes: 100, burstMs: 1000 };

    it("takes up to twice its bound, and forgets it when the burst was taken in time", async () => {
      const { sink, outbox, overflows, clock } = startOutbox(late);
      for (let count = 0; count < 20; count++) outbox.send(Buffer.alloc(10));
      await turn();
      clock.advance(999);
      sink.release();
      await turn();
      clock.advance(1);
      expect(overflows).toEqual([]);
      expect(text(sink)).toHaveLength(200);
      outbox.send(Buffer.from("more"));
      await turn();
      expect(text(sink)).toMatch(/more$/);
    });

    it("gives up a consumer that has not taken it after that time, once", async () => {
      const { outbox, overflows, clock } = startOutbox(late);
      outbox.send(Buffer.alloc(100));
      outbox.send(Buffer.alloc(50));
      await turn();
      clock.advance(1000);
      expect(overflows).toEqual([150]);
      outbox.send(Buffer.alloc(1));
      clock.advance(5000);
      expect(overflows).toEqual([150]);
    });

    it("gives up at once what goes beyond twice its bound", () => {
      const { outbox, overflows, clock } = startOutbox(late);
      for (let count = 0; count < 21; count++) outbox.send(Buffer.alloc(10));
      expect(overflows).toEqual([200]);
      clock.advance(5000);
      expect(overflows).toEqual([200]);
    });

    it("has nothing to say of a socket that has ended meanwhile", async () => {
      const { outbox, overflows, clock } = startOutbox(late);
      outbox.send(Buffer.alloc(150));
      outbox.end(Buffer.from("END"), () => {});
      await turn();
      clock.advance(1000);
      expect(overflows).toEqual([]);
    });
  });

  it("keeps the order of frames, whatever is called and whenever the turns end", async () => {
    const steps = fc.array(fc.constantFrom("send", "pong", "turn"), { maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(steps, async (calls) => {
        const { sink, outbox } = startOutbox({ outboxBytes: 20 });
        let sent = "";
        for (const [at, call] of calls.entries()) {
          const character = String.fromCharCode(0x100 + at);
          if (call === "turn") await turn();
          else if (call === "pong") outbox.pong(Buffer.from("."));
          else {
            sent += character;
            outbox.send(Buffer.from(character));
          }
        }
        outbox.end(Buffer.from("!"), () => {});
        await turn();
        expect(text(sink).replaceAll(".", "")).toBe(`${sent}!`);
      }),
    );
  });
});
