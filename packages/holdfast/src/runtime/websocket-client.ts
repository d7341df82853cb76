import { HoldfastError } from "../base/errors.ts";
import type { ResourceClient } from "./registered-app.ts";

/** What handlers and tests do with the connections of one API. */
export interface WebSocketClient {
  /**
   * Sends text as it is, anything else as JSON. Resolves when it is on its way.
   * Rejects with `GoneError` when the client has left, or inside its own connect handler.
   */
  send(connectionId: string, data: unknown): Promise<void>;
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

export function createWebSocketClient(api: string, client: ResourceClient): WebSocketClient {
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
  if (isEmptyAsJson(data)) {
    throw new HoldfastError("HANDLER_RESULT_INVALID", `A ${data.constructor.name} has no form in JSON`, {
      hint: 'Send text or plain data: [...map], [...set], Buffer.from(bytes).toString("base64").',
    });
  }
  let text: string | undefined;
  try {
    text = JSON.stringify(data);
  } catch (cause) {
    throw new HoldfastError(
      "HANDLER_RESULT_INVALID",
      `Cannot send this as JSON: ${String((cause as Error).message)}`,
      { cause },
    );
  }
  if (text === undefined)
    throw new HoldfastError("HANDLER_RESULT_INVALID", `Cannot send a value of type ${typeof data}`);
  return text;
}

/** Would arrive as `{}`, or as an object of single bytes, without a word. */
function isEmptyAsJson(data: unknown): data is object {
  return (
    data instanceof Map ||
    data instanceof Set ||
    data instanceof ArrayBuffer ||
    ArrayBuffer.isView(data) ||
    data instanceof Response
  );
}
