import type { AddressInfo } from "node:net";
import { WebSocketServer, type ServerOptions, type WebSocket } from "ws";

/** A WebSocket server that does what the messages it gets say, and remembers what it saw. */
export interface TalkingServer {
  readonly url: string;
  readonly received: readonly string[];
  /** Resolves with what the client's next goodbye says; 1006 when it leaves without one. */
  nextClose(): Promise<{ readonly code: number; readonly reason: string }>;
  /** Sends to every client. */
  push(data: string | Buffer): void;
  stop(): Promise<void>;
}

/**
 * `close 4001 why` closes, `die` breaks off, `ping` pings, `bytes` sends binary data, `mute` is not answered;
 * anything else comes back as it is.
 */
export async function startTalkingServer(
  onConnection: (client: WebSocket, headers: readonly string[]) => void = () => {},
  options: ServerOptions = {},
): Promise<TalkingServer> {
  const sockets = new WebSocketServer({
    ...(options.server === undefined && { port: 0, host: "127.0.0.1" }),
    ...options,
  });
  const received: string[] = [];
  const waiting: ((close: { code: number; reason: string }) => void)[] = [];
  sockets.on("connection", (client, request) => {
    client.on("message", (data: Buffer) => {
      received.push(data.toString());
      answer(client, data.toString());
    });
    client.on("close", (code, reason) => waiting.shift()?.({ code, reason: reason.toString() }));
    onConnection(client, request.rawHeaders);
  });
  if (options.server === undefined) await new Promise((resolve) => sockets.once("listening", resolve));
  const { port } = sockets.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/dev`,
    received,
    nextClose: () => new Promise((resolve) => waiting.push(resolve)),
    push: (data) => sockets.clients.forEach((client) => client.send(data)),
    async stop() {
      for (const client of sockets.clients) client.terminate();
      await new Promise((resolve) => sockets.close(resolve));
    },
  };
}

function answer(client: WebSocket, text: string): void {
  const [word = "", code, ...reason] = text.split(" ");
  if (word === "close") client.close(code === undefined ? undefined : Number(code), reason.join(" "));
  else if (word === "die") client.terminate();
  else if (word === "ping") client.ping("are you there");
  else if (word === "bytes") client.send(Buffer.from([0, 1, 254, 255]));
  else if (word !== "mute") client.send(text);
}
