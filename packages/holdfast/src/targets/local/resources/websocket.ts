import type { CloseChoice, Connections } from "../../../ports/connections.ts";
import type { Rooms } from "../../../ports/rooms.ts";
import { toTexts, type Operations } from "./operations.ts";

export function websocketOperations(connections: Connections & Rooms, url: string): Operations {
  return {
    send: ({ connectionId, data }) => connections.send(String(connectionId), String(data)),
    close: ({ connectionId, code, reason }) =>
      connections.close(String(connectionId), toCloseChoice(code, reason)),
    describe: ({ connectionId }) => connections.describe(String(connectionId)),
    url: () => Promise.resolve(url),
    join: ({ room, connectionId }) => connections.join(String(room), String(connectionId)),
    leave: ({ room, connectionId }) => connections.leave(String(room), String(connectionId)),
    members: ({ room }) => connections.members(String(room)),
    sendToRoom: ({ room, data, except }) =>
      connections.sendToRoom(String(room), String(data), { except: toTexts(except) }),
    broadcast: ({ data, except }) => connections.broadcast(String(data), { except: toTexts(except) }),
  };
}

function toCloseChoice(code: unknown, reason: unknown): CloseChoice | undefined {
  if (code === undefined && reason === undefined) return undefined;
  return { code: Number(code ?? 1000), ...(typeof reason === "string" && { reason }) };
}
