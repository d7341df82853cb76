import { afterEach, describe, expect, it } from "vitest";
import { GoneError, HoldfastError } from "../../src/base/errors.ts";
import type { Backplane } from "../../src/ports/backplane.ts";

/** Opens so many nodes that are there for each other, numbered from 0. */
export type BackplaneOpener = (count: number) => Promise<readonly Backplane[]>;

/** The duties of a `Backplane`, held against one kind of it. */
export function describeBackplane(name: string, openNodes: BackplaneOpener): void {
  describe(`duties of ${name}`, () => {
    const opened: Backplane[] = [];
    const open = async (count: number) => {
      const nodes = await openNodes(count);
      opened.push(...nodes);
      return nodes as readonly [Backplane, Backplane, Backplane];
    };
    afterEach(async () => {
      for (const node of opened.splice(0)) await node.close();
    });

    it("knows the others, and what they answer", async () => {
      const [first, second, third] = await open(3);
      expect(first.node).toBe(0);
      expect(new Set(first.nodes())).toEqual(new Set([1, 2]));
      second.serve("double", async (argument) => Number(argument) * 2);
      third.serve("double", async (argument) => Number(argument) * -2);
      expect(await first.ask(1, "double", 4)).toBe(8);
      expect(await first.ask(2, "double", 4)).toBe(-8);
      expect(await third.ask(1, "double", 1)).toBe(2);
    });

    it("carries plain data and bytes, both ways, and the answer that there is none", async () => {
      const [first, second] = await open(2);
      second.serve("echo", async (argument) => argument);
      second.serve("none", async () => undefined);
      const data = { list: [1, "zwei", null, true], bytes: Uint8Array.of(0, 255), nested: { $bytes: "no" } };
      expect(await first.ask(1, "echo", data)).toEqual(data);
      expect(await first.ask(1, "echo", null)).toBeNull();
      expect(await first.ask(1, "none", {})).toBeUndefined();
    });

    it("takes questions up in their order, and answers each when it is ready", async () => {
      const [first, second] = await open(2);
      const taken: unknown[] = [];
      const slow = Promise.withResolvers<unknown>();
      second.serve("take", async (argument) => {
        taken.push(argument);
        return argument === 0 ? slow.promise : argument;
      });
      const answers = [0, 1, 2].map((number) => first.ask(1, "take", number));
      expect(await Promise.all(answers.slice(1))).toEqual([1, 2]);
      expect(taken).toEqual([0, 1, 2]);
      slow.resolve("late");
      expect(await answers[0]).toBe("late");
    });

    it("passes on what a handler throws, with its code", async () => {
      const [first, second] = await open(2);
      second.serve("refuse", async () => {
        throw new GoneError("c1");
      });
      const error: unknown = await first.ask(1, "refuse", {}).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(GoneError);
      expect((error as GoneError).connectionId).toBe("c1");
    });

    it("refuses what nobody answers, and who is not there", async () => {
      const [first] = await open(2);
      await expect(first.ask(1, "unheard-of", {})).rejects.toMatchObject({ code: "OPERATION_UNKNOWN" });
      await expect(first.ask(7, "echo", {})).rejects.toMatchObject({ code: "NODE_GONE" });
      await expect(first.ask(0, "echo", {})).rejects.toMatchObject({ code: "NODE_GONE" });
    });

    it("tells when a node has gone, and gives up what it was asked", async () => {
      const [first, second] = await open(2);
      second.serve("never", () => new Promise(() => {}));
      const asked = first.ask(1, "never", {}).catch((thrown: unknown) => thrown);
      const gone = new Promise((resolve) => first.onGone(resolve));
      let ignored = 0;
      first.onGone(() => (ignored += 1))();
      // What it says before it leaves still arrives.
      await second.ask(0, "unheard-of", {}).catch(() => {});
      await second.close();
      expect(await gone).toBe(1);
      expect(await asked).toBeInstanceOf(HoldfastError);
      expect(await asked).toMatchObject({ code: "NODE_GONE" });
      expect(first.nodes()).toEqual([]);
      expect(ignored).toBe(0);
    });
  });
}
