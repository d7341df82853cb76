import type { CloseChoice, Connections } from "../../ports/connections.ts";
import type { Rooms, SendOptions } from "../../ports/rooms.ts";

export type ConnectionsOperation = keyof Connections | keyof Rooms;

/** What nodes ask each other about connections, as the backplane calls it. */
export const connectionOperations = {
  send: "connections.send",
  close: "connections.close",
  describe: "connections.describe",
  join: "connections.join",
  leave: "connections.leave",
  members: "connections.members",
  sendToRoom: "connections.sendToRoom",
  broadcast: "connections.broadcast",
} as const satisfies Record<ConnectionsOperation, string>;

export interface ConnectionsQuestion {
  readonly api: string;
  readonly connectionId?: string;
  readonly room?: string;
  readonly data?: string;
  readonly choice?: CloseChoice;
  readonly options?: SendOptions;
}
