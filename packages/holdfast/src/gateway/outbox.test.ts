import fc from "fast-check";
import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { Flusher, Outbox } from "./outbox.ts";

/** A stream that counts the writes which would each be one system call, and keeps their bytes while it is stuck. */
class CountingSink extends Writable {
  readonly writes: Buffer[][] = [];
  #stuck: boolean;

  constructor(stuck = false) {
    super({ highWaterMark: 16_384 });
    this.#stuck = stuck;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this._writev([{ chunk }], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.writes.push(chunks.map(({ chunk }) => chunk));
    if (!this.#stuck) done();
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const text = (sink: CountingSink) => Buffer.concat(sink.writes.flat()).toString();

function startOutbox(options: { stuck?: boolean; outboxBytes?: number } = {}) {
  const sink = new CountingSink(options.stuck);
  const overflows: number[] = [];
  const outbox = new Outbox(sink, new Flusher(), options.outboxBytes ?? 1000, (held) => overflows.push(held));
  return { sink, outbox, overflows };
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
