import { describe, expect, it } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { HandshakeHold } from "./handshake-hold.ts";

function prepare() {
  const clock = new ManualClock();
  const hold = new HandshakeHold(clock);
  let count = 0;
  const refusal = { kind: "refused", status: 403, headers: {}, body: "" };
  const gateway = { open: async () => ((count += 1), refusal) } as unknown as Gateway;
  const guarded = hold.guard(gateway);
  const opened = async (): Promise<number> => {
    await new Promise((resolve) => setImmediate(resolve));
    return count;
  };
  return { clock, hold, open: () => void guarded.open({} as never), opened };
}

describe("HandshakeHold", () => {
  it("lets handshakes through where nothing holds them", async () => {
    const { open, opened } = prepare();
    open();
    expect(await opened()).toBe(1);
  });

  it("has them wait for the work, and then goes on with all of them", async () => {
    const { hold, open, opened } = prepare();
    const work = Promise.withResolvers<void>();
    hold.begin();
    open();
    hold.releaseAfter(work.promise);
    open();
    expect(await opened()).toBe(0);
    work.resolve();
    expect(await opened()).toBe(2);
    open();
    expect(await opened()).toBe(3);
  });

  it("waits no longer than two seconds", async () => {
    const { clock, hold, open, opened } = prepare();
    hold.begin();
    hold.releaseAfter(new Promise(() => {}));
    open();
    clock.advance(1_999);
    expect(await opened()).toBe(0);
    clock.advance(1);
    expect(await opened()).toBe(1);
  });
});
