import { GoneError } from "../../base/errors.ts";
import type { Backplane } from "../../ports/backplane.ts";
import type { Connections } from "../../ports/connections.ts";
import type { Rooms } from "../../ports/rooms.ts";
import { connectionOperations, type ConnectionsOperation, type ConnectionsQuestion } from "./questions.ts";

type FindConnections = (api: string) => (Connections & Rooms) | undefined;

/** Answers other nodes for the connections of this one; an API that it does not have has no connections. */
export function answerForConnections(backplane: Backplane, find: FindConnections): void {
  for (const [name, answer] of Object.entries(answers))
    backplane.serve(connectionOperations[name as ConnectionsOperation], async (argument) => {
      // Other nodes run this same code.
      const question = argument as ConnectionsQuestion;
      return answer(find(question.api) ?? nobody, question);
    });
}

const answers = {
  send: (to, { connectionId = "", data = "" }) => to.send(connectionId, data),
  close: (to, { connectionId = "", choice }) => to.close(connectionId, choice),
  describe: (to, { connectionId = "" }) => to.describe(connectionId),
  join: (to, { room = "", connectionId = "" }) => to.join(room, connectionId),
  leave: (to, { room = "", connectionId = "" }) => to.leave(room, connectionId),
  members: (to, { room = "" }) => to.members(room),
  sendToRoom: (to, { room = "", data = "", options }) => to.sendToRoom(room, data, options),
  broadcast: (to, { data = "", options }) => to.broadcast(data, options),
} satisfies Record<
  ConnectionsOperation,
  (to: Connections & Rooms, question: ConnectionsQuestion) => Promise<unknown>
>;

async function gone(connectionId: string): Promise<never> {
  throw new GoneError(connectionId);
}

const nobody: Connections & Rooms = {
  send: gone,
  close: gone,
  describe: gone,
  join: (_room, connectionId) => gone(connectionId),
  leave: async () => {},
  members: async () => [],
  sendToRoom: async () => 0,
  broadcast: async () => 0,
};
