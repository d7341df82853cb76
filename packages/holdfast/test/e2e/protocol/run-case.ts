import type { WebSocketApi } from "../../../src/model/app-model.ts";
import type { ListenerLimits } from "../../../src/gateway/listener-limits.ts";
import { makeApi, makeRoute, RawClient, startRig, upgradeRequest, type Rig } from "../gateway/rig.ts";
import type { ProtocolCase } from "./case.ts";
import { close, opcodes } from "./client-frames.ts";
import { readServerFrames, type ServerFrame } from "./server-frames.ts";

/** What a case came to. */
export interface Outcome {
  /** What the function was given. */
  readonly messages: readonly Buffer[];
  /** What the function's answers were when they came back. */
  readonly replies: readonly string[];
  readonly pongs: readonly Buffer[];
  /** Absent when the server ended the socket without a close frame. */
  readonly close?: { readonly code?: number; readonly reason: string };
  /** What came behind the close frame. */
  readonly behindClose: number;
}

/** A gateway whose function sends each text back, and of binary messages how long they were. */
export class ProtocolServer implements AsyncDisposable {
  readonly #rig: Rig;
  readonly #connections: Connection[];

  private constructor(rig: Rig, connections: Connection[]) {
    this.#rig = rig;
    this.#connections = connections;
  }

  static async start(
    api: Partial<WebSocketApi>,
    limits: Partial<ListenerLimits> = {},
  ): Promise<ProtocolServer> {
    const connections: Connection[] = [];
    const rig = await startRig({
      functions: {
        $connect: () => {
          connections.push({ messages: [], ended: Promise.withResolvers<void>() });
          return { statusCode: 200 };
        },
        $default: (event) => {
          if (event.kind !== "message") return undefined;
          const message = Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8");
          connections.at(-1)?.messages.push(message);
          return { statusCode: 200, body: event.isBase64Encoded ? replyTo(message) : event.body };
        },
        $disconnect: () => connections.at(-1)?.ended.resolve(),
      },
      api: makeApi(
        [
          makeRoute("$connect"),
          makeRoute("$default", { responds: true, ordered: true }),
          makeRoute("$disconnect"),
        ],
        api,
      ),
      limits,
    });
    return new ProtocolServer(rig, connections);
  }

  /** One case at a time: the function knows its connection as the last one that came. */
  async run({ sends, messages = [], pings = [], closes }: ProtocolCase): Promise<Outcome> {
    const client = await RawClient.open(this.#rig.port);
    client.write(upgradeRequest());
    await client.until((text) => text.includes("\r\n\r\n"));
    client.skipHead();
    const bytes = new Received(client);
    for (const piece of sends) client.write(piece);
    const lastPing = pings.at(-1);
    const isAnswered = (frames: readonly ServerFrame[]): boolean =>
      frames.filter(({ opcode }) => opcode === opcodes.text).length >= messages.length &&
      (lastPing === undefined ||
        frames.some(
          ({ opcode, payload }) => opcode === opcodes.pong && payload.equals(Buffer.from(lastPing)),
        ));
    await bytes.until(closes === undefined ? isAnswered : () => false);
    // The client's own, or the answer to the server's (RFC 6455, 5.5.1).
    client.write(close(1000));
    await client.closed;
    const connection = this.#connections.at(-1);
    await connection?.ended.promise;
    return { messages: connection?.messages ?? [], ...toOutcome(bytes.frames()) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rig[Symbol.asyncDispose]();
  }
}

interface Connection {
  readonly messages: Buffer[];
  readonly ended: PromiseWithResolvers<void>;
}

/** What a client got, as frames. */
class Received {
  readonly #client: RawClient;

  constructor(client: RawClient) {
    this.#client = client;
  }

  frames(): readonly ServerFrame[] {
    return readServerFrames(this.#client.received);
  }

  /** Or until the server closes, or ends the socket. */
  async until(check: (frames: readonly ServerFrame[]) => boolean): Promise<void> {
    const isDone = (): boolean => {
      const frames = this.frames();
      return check(frames) || frames.some(isClose);
    };
    await this.#client.until(isDone).catch(() => {});
  }
}

const isClose = ({ opcode }: ServerFrame): boolean => opcode === opcodes.close;

function toOutcome(frames: readonly ServerFrame[]): Omit<Outcome, "messages"> {
  const payloads = (wanted: number): Buffer[] =>
    frames.filter(({ opcode }) => opcode === wanted).map(({ payload }) => payload);
  const at = frames.findIndex(isClose);
  const payload = frames[at]?.payload;
  return {
    replies: payloads(opcodes.text).map((one) => one.toString()),
    pongs: payloads(opcodes.pong),
    behindClose: at === -1 ? 0 : frames.length - at - 1,
    ...(payload !== undefined && {
      close: {
        ...(payload.length >= 2 && { code: payload.readUInt16BE(0) }),
        reason: payload.subarray(2).toString(),
      },
    }),
  };
}

/** Everything about an outcome that is not as its case wants it. */
export function findFaults(
  { messages = [], pings = [], closes }: ProtocolCase,
  outcome: Outcome,
): readonly string[] {
  const wanted = messages.map((message) => Buffer.from(message as Uint8Array));
  const replies = messages.map((message) => (typeof message === "string" ? message : replyTo(message)));
  // Where the client or a fault ends the connection, answers may come too late for it.
  const expectedReplies = closes === undefined ? replies : replies.slice(0, outcome.replies.length);
  const faults = [
    sameBytes(outcome.messages, wanted) ? undefined : `the function was given ${summary(outcome.messages)}`,
    sameTexts(outcome.replies, expectedReplies)
      ? undefined
      : `${outcome.replies.length} replies are not those`,
    answersAll(outcome.pongs, pings) ? undefined : `the pongs were ${summary(outcome.pongs)}`,
    closedAs(outcome, closes ?? { code: 1000, reason: "" })
      ? undefined
      : `it was closed with ${JSON.stringify(outcome.close)}`,
    outcome.behindClose === 0 ? undefined : `${outcome.behindClose} frames came behind the close frame`,
  ];
  return faults.filter((fault) => fault !== undefined);
}

function replyTo(message: Uint8Array): string {
  return `${message.length} bytes`;
}

function sameBytes(a: readonly Buffer[], b: readonly Buffer[]): boolean {
  return a.length === b.length && a.every((one, at) => one.equals(b[at] ?? Buffer.alloc(0)));
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at]);
}

/** A pong may stand for the pings before it (RFC 6455, 5.5.3), never for one that did not come. */
function answersAll(pongs: readonly Buffer[], pings: readonly (string | Uint8Array)[]): boolean {
  let next = 0;
  for (const pong of pongs) {
    while (next < pings.length && !pong.equals(Buffer.from(pings[next] as Uint8Array))) next += 1;
    if (next === pings.length) return false;
    next += 1;
  }
  return next === pings.length;
}

function closedAs({ close: seen }: Outcome, { code, reason }: NonNullable<ProtocolCase["closes"]>): boolean {
  return seen !== undefined && seen.code === code && (reason === undefined || seen.reason === reason);
}

function summary(payloads: readonly Buffer[]): string {
  return JSON.stringify(payloads.slice(0, 5).map((one) => one.toString("latin1").slice(0, 40)));
}
