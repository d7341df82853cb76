import { setTimeout as elapse } from "node:timers/promises";
import type { WebSocket } from "ws";
import type { CommandIo } from "../command-io.ts";
import type { ConnectRequest } from "./connect-request.ts";
import { Conversation } from "./conversation.ts";
import { createJsonTranscript } from "./json-transcript.ts";
import { createPlainTranscript } from "./plain-transcript.ts";
import { readLines } from "./read-lines.ts";
import { displayUrl } from "./server-url.ts";
import type { Ending } from "./transcript.ts";

/**
 * Sends over an open, paused socket what the request or the standard input holds, writes down what comes, and
 * closes some time after the last message was sent.
 */
export async function talkThroughPipes(
  io: CommandIo,
  socket: WebSocket,
  request: ConnectRequest,
): Promise<Ending> {
  const transcript = request.json
    ? createJsonTranscript(io.stdout, request)
    : createPlainTranscript(io, request);
  transcript.opened({ url: displayUrl(request.handshake.url), protocol: socket.protocol });
  const { clock, maxReceived } = request;
  const conversation = new Conversation(socket, { transcript, output: io.stdout, clock, maxReceived });
  const stopListening = io.onInterrupt(() => conversation.interrupt());
  const over = new AbortController();
  void conversation.ended.then(() => over.abort());
  try {
    await sendAll(conversation, request.messages ?? readLines(io.stdin, over.signal));
    await stay(request, over.signal);
    if (!over.signal.aborted && conversation.receivedCount === 0) transcript.note(nothingCame(request));
  } finally {
    conversation.close();
    transcript.closed(await conversation.ended);
    stopListening();
  }
  return conversation.ended;
}

async function sendAll(
  conversation: Conversation,
  messages: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  for await (const message of messages) await conversation.send(message);
}

/** Waits for answers. Without a time of its own, a request for so many messages waits until they are there. */
async function stay({ waitMs, maxReceived }: ConnectRequest, signal: AbortSignal): Promise<void> {
  const longestMs = waitMs ?? (maxReceived === Number.POSITIVE_INFINITY ? defaultWaitMs : maxTimerMs);
  // Cut short when the connection ended.
  await elapse(Math.min(longestMs, maxTimerMs), undefined, { signal }).catch(() => {});
}

const defaultWaitMs = 1_000;
/** What a timer can count, nearly 25 days. */
export const maxTimerMs = 2 ** 31 - 1;

function nothingCame({ waitMs }: ConnectRequest): string {
  const seconds = (waitMs ?? defaultWaitMs) / 1000;
  return `Nothing came within ${seconds} s after the input; --wait SECONDS stays longer, --wait forever to the end`;
}
