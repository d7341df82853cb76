import { GoneError, HoldfastError } from "../../base/errors.ts";
import type { Backplane } from "../../ports/backplane.ts";
import type { CloseChoice, ConnectionDescription, Connections } from "../../ports/connections.ts";
import type { Rooms, SendOptions } from "../../ports/rooms.ts";
import { parseConnectionId } from "../ids.ts";
import { connectionOperations, type ConnectionsQuestion, type ConnectionsOperation } from "./questions.ts";

export interface ClusterConnectionsOptions {
  /** The API's name, which is the same on every node. */
  readonly api: string;
  /** This node's. */
  readonly local: Connections & Rooms;
  readonly backplane: Backplane;
}

/**
 * An API's connections on all nodes. An id says which node has its socket, so a post goes straight there; rooms are kept
 * where their members are, so what concerns a room goes to every node.
 */
export class ClusterConnections implements Connections, Rooms {
  readonly #api: string;
  readonly #local: Connections & Rooms;
  readonly #backplane: Backplane;

  constructor({ api, local, backplane }: ClusterConnectionsOptions) {
    this.#api = api;
    this.#local = local;
    this.#backplane = backplane;
  }

  async send(connectionId: string, data: string): Promise<void> {
    const node = this.#elsewhere(connectionId);
    if (node === undefined) return this.#local.send(connectionId, data);
    await this.#askAbout(node, "send", connectionId, { data });
  }

  async close(connectionId: string, choice?: CloseChoice): Promise<void> {
    const node = this.#elsewhere(connectionId);
    if (node === undefined) return this.#local.close(connectionId, choice);
    await this.#askAbout(node, "close", connectionId, choice && { choice });
  }

  async describe(connectionId: string): Promise<ConnectionDescription> {
    const node = this.#elsewhere(connectionId);
    if (node === undefined) return this.#local.describe(connectionId);
    // Other nodes run this same code.
    return (await this.#askAbout(node, "describe", connectionId)) as ConnectionDescription;
  }

  async join(room: string, connectionId: string): Promise<void> {
    const node = this.#elsewhere(connectionId);
    if (node === undefined) return this.#local.join(room, connectionId);
    await this.#askAbout(node, "join", connectionId, { room });
  }

  async leave(room: string, connectionId: string): Promise<void> {
    const node = this.#elsewhere(connectionId);
    if (node === undefined) return this.#local.leave(room, connectionId);
    // Whoever is gone has left its rooms.
    await this.#askAbout(node, "leave", connectionId, { room }).catch((error: unknown) => {
      if (!(error instanceof GoneError)) throw error;
    });
  }

  /** Node by node; within each in the order they joined. */
  async members(room: string): Promise<readonly string[]> {
    const own = await this.#local.members(room);
    const others = await this.#askAll<readonly string[]>("members", { room });
    return [...own, ...others.flat()];
  }

  async sendToRoom(room: string, data: string, options?: SendOptions): Promise<number> {
    // What is refused is refused here, before anybody has got it.
    const own = await this.#local.sendToRoom(room, data, options);
    return own + sum(await this.#askAll<number>("sendToRoom", { room, data, ...(options && { options }) }));
  }

  async broadcast(data: string, options?: SendOptions): Promise<number> {
    const own = await this.#local.broadcast(data, options);
    return own + sum(await this.#askAll<number>("broadcast", { data, ...(options && { options }) }));
  }

  /** The other node that has the connection's socket. Throws `CONNECTION_ID_INVALID`. */
  #elsewhere(connectionId: string): number | undefined {
    const others = this.#backplane.nodes();
    if (others.length === 0) return undefined;
    const { node } = parseConnectionId(connectionId);
    return others.includes(node) ? node : undefined;
  }

  async #askAbout(
    node: number,
    operation: ConnectionsOperation,
    connectionId: string,
    question: Omit<ConnectionsQuestion, "api" | "connectionId"> = {},
  ): Promise<unknown> {
    try {
      return await this.#ask(node, operation, { connectionId, ...question });
    } catch (error) {
      // A node's connections go with it.
      if (isNodeGone(error)) throw new GoneError(connectionId);
      throw error;
    }
  }

  async #askAll<Answer>(
    operation: ConnectionsOperation,
    question: Omit<ConnectionsQuestion, "api">,
  ): Promise<Answer[]> {
    const nodes = this.#backplane.nodes();
    if (nodes.length === 0) return [];
    const answers = nodes.map((node) =>
      this.#ask(node, operation, question).then(
        (answer) => [answer as Answer],
        (error: unknown) => {
          if (isNodeGone(error)) return [];
          throw error;
        },
      ),
    );
    return (await Promise.all(answers)).flat(1) as Answer[];
  }

  #ask(
    node: number,
    operation: ConnectionsOperation,
    question: Omit<ConnectionsQuestion, "api">,
  ): Promise<unknown> {
    return this.#backplane.ask(node, connectionOperations[operation], { api: this.#api, ...question });
  }
}

function isNodeGone(error: unknown): boolean {
  return error instanceof HoldfastError && error.code === "NODE_GONE";
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
