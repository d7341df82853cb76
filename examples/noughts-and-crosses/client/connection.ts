import { WebSocket } from "ws";
import type { ServerMessage } from "../messages.ts";
import { GameEnded } from "./game-ended.ts";

/** Keeps the connection alive, and tells soon when it is not. */
const pingIntervalMs = 20_000;
const handshakeTimeoutMs = 10_000;
/** How long a goodbye may take. */
const closeTimeoutMs = 1_000;

type Received<Type> = Extract<ServerMessage, { type: Type }>;

export interface Connection {
  send(message: object): void;
  /** The next message, which must be of this type. Rejects with GameEnded when the game has ended before. */
  next<Type extends "init" | "join" | "play">(type: Type): Promise<Received<Type>>;
  /** Rejects with GameEnded when the other player is gone, the server refuses something, or the connection is lost. */
  readonly ended: Promise<never>;
  /** Lets `ended` reject. */
  end(reason: GameEnded): void;
  close(): void;
}

export async function connect(url: string): Promise<Connection> {
  const socket = await open(url);
  const inbox: unknown[] = [];
  let arrived = Promise.withResolvers<void>();
  const { promise: ended, reject: end } = Promise.withResolvers<never>();
  ended.catch(() => {}); // not everybody waits for it

  socket.on("message", (data: Buffer) => {
    const message = parse(data.toString());
    if (message.type === "leave") return end(new GameEnded("The other player has left the game."));
    if (typeof message.message === "string")
      return end(new GameEnded(explain(message.type, message.message)));
    inbox.push(message);
    arrived.resolve();
  });
  socket.on("close", (code) => end(new GameEnded(`The connection to the server is lost (${code}).`)));
  const stopPinging = keepAlive(socket);

  return {
    ended,
    end,
    send: (message) => socket.send(JSON.stringify(message)),
    async next<Type extends ServerMessage["type"]>(type: Type) {
      while (inbox.length === 0) {
        await Promise.race([arrived.promise, ended]);
        arrived = Promise.withResolvers();
      }
      const message = inbox.shift() as Received<Type>;
      if (message.type !== type)
        throw new GameEnded(`The server said "${message.type}" instead of "${type}".`);
      return message;
    },
    close() {
      stopPinging();
      socket.close();
      setTimeout(() => socket.terminate(), closeTimeoutMs).unref();
    },
  };
}

function open(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error & { code?: string }): void =>
      reject(new GameEnded(`Cannot connect to ${url}: ${error.message || error.code}`));
    try {
      const socket = new WebSocket(url, { handshakeTimeout: handshakeTimeoutMs });
      socket.once("open", () => resolve(socket));
      socket.on("error", fail); // once open, "close" follows and says enough
    } catch (error) {
      fail(error as Error); // not a URL
    }
  });
}

function keepAlive(socket: WebSocket): () => void {
  let isAnswered = true;
  socket.on("pong", () => (isAnswered = true));
  const timer = setInterval(() => {
    if (!isAnswered) return socket.terminate();
    isAnswered = false;
    socket.ping();
  }, pingIntervalMs);
  return () => clearInterval(timer);
}

/** Frames without a type are the gateway's, such as "Internal server error" for a game that is not there. */
function explain(type: unknown, message: string): string {
  return type === "error" ? `${message}.` : `The server says "${message}". Is the id of the game right?`;
}

function parse(text: string): { readonly type?: unknown; readonly message?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
