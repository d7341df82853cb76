import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { clientCloseFrame, clientFrame } from "../../test/e2e/gateway/rig.ts";
import { closeCodeOf, createFrameReceiver } from "./frame-receiver.ts";

const options = { maxPayload: 100, maxFragments: 3, maxBufferedChunks: 5 };

describe("the receiver of ws", () => {
  it("tells whole messages, pings, pongs and the close, within the write", () => {
    const seen: unknown[] = [];
    const receiver = createFrameReceiver(options);
    receiver.on("message", (data, isBinary) => seen.push([data.toString(), isBinary]));
    receiver.on("ping", (data) => seen.push(["ping", data.toString()]));
    receiver.on("pong", (data) => seen.push(["pong", data.toString()]));
    receiver.on("conclude", (code, reason) => seen.push([code, reason.toString()]));
    receiver.write(
      Buffer.concat([
        clientFrame(1, "text"),
        clientFrame(2, "bytes"),
        clientFrame(9, "a"),
        clientFrame(10, "b"),
        clientCloseFrame(1000, "bye"),
      ]),
    );
    expect(seen).toEqual([
      ["text", false],
      ["bytes", true],
      ["ping", "a"],
      ["pong", "b"],
      [1000, "bye"],
    ]);
  });

  it.each([
    ["a message that is too long", [clientFrame(1, "x".repeat(101))], 1009],
    ["text that is not UTF-8", [clientFrame(1, Buffer.from([0xff]))], 1007],
    ["a frame without a mask", [Buffer.from([0x81, 0])], 1002],
    ["a length beyond numbers", [Buffer.from([0x81, 0xff, 255, 255, 255, 255, 0, 0, 0, 0])], 1009],
    [
      "too many fragments",
      [
        clientFrame(1, "a", { fin: false }),
        ...Array.from({ length: 3 }, () => clientFrame(0, "b", { fin: false })),
      ],
      1008,
    ],
    ["too many chunks", [...clientFrame(1, "x".repeat(50))].map((byte) => Buffer.from([byte])), 1008],
  ])("fails on %s with an error that has a close code", async (_, chunks, code) => {
    const receiver = createFrameReceiver(options);
    const failed = once(receiver, "error");
    for (const chunk of chunks) receiver.write(chunk);
    const [error] = (await failed) as [Error];
    expect(closeCodeOf(error)).toBe(code);
  });
});
