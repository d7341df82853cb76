import { toJson } from "./json-data.ts";
import type { ResourceClient } from "./registered-app.ts";

/** What handlers and tests do with the connections of one API. */
export interface WebSocketClient<Messages = unknown> {
  /**
   * Sends text as it is, anything else as JSON. Resolves when it is on its way.
   * Rejects with `GoneError` when the client has left, or inside its own connect handler.
   */
  send(connectionId: string, data: Messages): Promise<void>;
  /** Closes the connection, after what was sent before. Its disconnect handler runs. */
  close(connectionId: string, choice?: { readonly code: number; readonly reason?: string }): Promise<void>;
  describe(connectionId: string): Promise<ConnectionInfo>;
  /** Where clients connect, such as `ws://localhost:3333/dev`. */
  url(): Promise<string>;
}

export interface ConnectionInfo {
  readonly connectionId: string;
  readonly connectedAt: Date;
  /** When a message last went either way. */
  readonly lastActiveAt: Date;
  readonly sourceIp: string;
  readonly userAgent?: string;
}

export function createWebSocketClient<Messages>(
  api: string,
  client: ResourceClient,
): WebSocketClient<Messages> {
  const call = (operation: string, argument: unknown): Promise<unknown> =>
    client.call(`websocket:${api}`, operation, argument);
  return {
    async send(connectionId, data) {
      await call("send", { connectionId, data: toText(data) });
    },
    async close(connectionId, choice) {
      await call("close", { connectionId, ...choice });
    },
    async describe(connectionId) {
      const found = (await call("describe", { connectionId })) as Record<string, unknown>;
      return {
        connectionId,
        connectedAt: new Date(Number(found.connectedAt)),
        lastActiveAt: new Date(Number(found.lastActiveAt)),
        sourceIp: String(found.sourceIp),
        ...(typeof found.userAgent === "string" && { userAgent: found.userAgent }),
      };
    },
    async url() {
      return String(await call("url", {}));
    },
  };
}

/** Text as it is, anything else as JSON. Throws `HANDLER_RESULT_INVALID` for what JSON cannot hold. */
export function toText(data: unknown): string {
  if (typeof data === "string") return data;
  return toJson(data, { what: "what is sent", code: "HANDLER_RESULT_INVALID" });
}
