import { HoldfastError } from "../../base/errors.ts";
import type { Backplane, BackplaneHandler } from "../../ports/backplane.ts";
import { nodeGone } from "./node-gone.ts";

/** Nodes within one process: the reference of what a backplane does. */
export class MemoryNetwork {
  readonly #members = new Map<number, Member>();

  /** The node is there for the others from now on. */
  join(node: number): Backplane {
    const member: Member = { handlers: new Map(), listeners: new Set(), underWay: new Set() };
    this.#members.set(node, member);
    return {
      node,
      nodes: () =>
        this.#members.has(node) ? [...this.#members.keys()].filter((other) => other !== node) : [],
      ask: (to, operation, argument) => this.#ask(node, to, operation, argument),
      serve: (operation, handler) => void member.handlers.set(operation, handler),
      onGone(listener) {
        member.listeners.add(listener);
        return () => void member.listeners.delete(listener);
      },
      close: async () => this.#leave(node),
    };
  }

  async #ask(from: number, to: number, operation: string, argument: unknown): Promise<unknown> {
    const other = to === from || !this.#members.has(from) ? undefined : this.#members.get(to);
    if (other === undefined) throw nodeGone(to);
    const handler = other.handlers.get(operation);
    if (handler === undefined)
      throw new HoldfastError("OPERATION_UNKNOWN", `Node ${to} does no ${operation}`);
    const { promise: left, reject } = Promise.withResolvers<never>();
    const giveUp = (): void => reject(nodeGone(to));
    other.underWay.add(giveUp);
    try {
      return structuredClone(await Promise.race([handler(structuredClone(argument)), left]));
    } finally {
      other.underWay.delete(giveUp);
    }
  }

  #leave(node: number): void {
    const member = this.#members.get(node);
    if (member === undefined || !this.#members.delete(node)) return;
    for (const giveUp of member.underWay) giveUp();
    for (const other of this.#members.values()) for (const listener of other.listeners) listener(node);
  }
}

interface Member {
  readonly handlers: Map<string, BackplaneHandler>;
  readonly listeners: Set<(node: number) => void>;
  readonly underWay: Set<() => void>;
}
