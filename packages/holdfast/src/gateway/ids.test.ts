import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HoldfastError } from "../base/errors.ts";
import { IdSource, parseConnectionId } from "./ids.ts";

const nodes = fc.integer({ min: 0, max: 65_535 });

describe("a connection id", () => {
  it("is 13 bytes in 20 characters that tell their node", () => {
    fc.assert(
      fc.property(nodes, (node) => {
        const id = new IdSource(node).connectionId();
        expect(id).toMatch(/^[\w-]{18}==$/);
        expect(Buffer.from(id, "base64url")).toHaveLength(13);
        expect(parseConnectionId(id)).toEqual({ node });
      }),
    );
  });

  it("is never the same twice, nor alike at its beginning", () => {
    const source = new IdSource(3);
    const ids = Array.from({ length: 100_000 }, () => source.connectionId());
    expect(new Set(ids).size).toBe(ids.length);
    // 4096 beginnings of two characters: 100,000 ids of one node leave hardly any of them out.
    expect(new Set(ids.map((id) => id.slice(0, 2))).size).toBeGreaterThan(4000);
  });

  it("with one character changed is foreign", () => {
    const source = new IdSource(9);
    fc.assert(
      fc.property(fc.nat(17), fc.constantFrom("A", "Z", "a", "z", "0", "9", "-", "_"), (at, character) => {
        const id = source.connectionId();
        fc.pre(id[at] !== character);
        const changed = id.slice(0, at) + character + id.slice(at + 1);
        expect(() => parseConnectionId(changed)).toThrow(HoldfastError);
      }),
    );
  });

  it("of another kind is foreign", () => {
    const foreign = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc
        .uint8Array({ minLength: 13, maxLength: 13 })
        .map((bytes) => `${Buffer.from(bytes).toString("base64url")}==`),
      fc.constantFrom(
        "R1kmxc2VNjMCFIA=",
        "gbgBui_JBQAYKEjyCA==",
        "AAAAAAAAAAAAAAAAAA==",
        "__________________==",
      ),
    );
    fc.assert(
      fc.property(foreign, (text) => {
        expect(() => parseConnectionId(text)).toThrow(
          expect.objectContaining({ code: "CONNECTION_ID_INVALID" }),
        );
      }),
    );
  });

  it("draws its random bytes in pools", () => {
    let draws = 0;
    const source = new IdSource(0, (size) => {
      draws += 1;
      return Buffer.alloc(size, draws);
    });
    for (let count = 0; count < 300; count++) source.connectionId();
    expect(draws).toBe(1);
  });
});

describe("message and request ids", () => {
  it("have API Gateway's shapes, and a message's ends as its connection's", () => {
    const source = new IdSource(1);
    const connectionId = source.connectionId();
    const messageIds = new Set<string>();
    const requestIds = new Set<string>();
    for (let count = 0; count < 20_000; count++) {
      const messageId = source.messageId(connectionId);
      const requestId = source.requestId();
      // Spelt as an encoder spells these bytes.
      expect(`${Buffer.from(messageId, "base64url").toString("base64url")}==`).toBe(messageId);
      expect(`${Buffer.from(requestId, "base64url").toString("base64url")}=`).toBe(requestId);
      expect(messageId.slice(9)).toBe(connectionId.slice(9));
      expect([messageId.length, requestId.length]).toEqual([20, 16]);
      messageIds.add(messageId);
      requestIds.add(requestId);
    }
    expect([messageIds.size, requestIds.size]).toEqual([20_000, 20_000]);
  });

  it("a trace id begins with the time", () => {
    expect(new IdSource(1).traceId(1_790_294_625_710)).toMatch(/^Root=1-6ab5ba61-[0-9a-f]{24}$/);
  });
});
