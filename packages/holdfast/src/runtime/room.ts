import type { ResourceClient } from "./registered-app.ts";
import { toText } from "./websocket-client.ts";

/** A group of connections. It comes to be when somebody joins, and is gone with the last one. */
export interface Room<Messages = unknown> {
  readonly name: string;
  /** Rejects with `GoneError` when the client has left, or inside its own connect handler. */
  join(connectionId: string): Promise<void>;
  leave(connectionId: string): Promise<void>;
  /** Sends to everyone in the room in one call; text as it is, anything else as JSON. Resolves with how many they are. */
  send(data: Messages, options?: ExceptOptions): Promise<number>;
  /** Ids of those in the room, in the order they joined. */
  members(): Promise<readonly string[]>;
}

export interface ExceptOptions {
  /** Who gets nothing. */
  readonly except?: string | readonly string[];
}

export function createRoom<Messages>(api: string, name: string, client: ResourceClient): Room<Messages> {
  const call = (operation: string, argument: object): Promise<unknown> =>
    client.call(`websocket:${api}`, operation, { room: name, ...argument });
  return {
    name,
    async join(connectionId) {
      await call("join", { connectionId });
    },
    async leave(connectionId) {
      await call("leave", { connectionId });
    },
    async send(data, options) {
      return Number(await call("sendToRoom", { data: toText(data), except: toExcept(options) }));
    },
    async members() {
      return (await call("members", {})) as readonly string[];
    },
  };
}

export function toExcept({ except = [] }: ExceptOptions = {}): readonly string[] {
  return typeof except === "string" ? [except] : except;
}
