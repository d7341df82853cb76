import type { Writable } from "node:stream";
import { HoldfastError } from "../../base/errors.ts";
import type { CommandIo } from "../command-io.ts";
import { isNormalClose } from "./close-codes.ts";
import { explainEnding, explainFailure, explainRefusal } from "./connect-failure.ts";
import type { ConnectRequest } from "./connect-request.ts";
import { createJsonTranscript } from "./json-transcript.ts";
import { openSocket, type Opening } from "./open-socket.ts";
import { displayUrl } from "./server-url.ts";
import { talkAtTerminal } from "./talk-at-terminal.ts";
import { talkThroughPipes } from "./talk-through-pipes.ts";
import type { Ending } from "./transcript.ts";

/**
 * Opens a WebSocket and carries what is typed or piped to it, and what comes from it, until it ends.
 *
 * @throws HoldfastError CONNECT_FAILED when no server answers, HANDSHAKE_REFUSED when it answers with anything but
 * a WebSocket, CLOSED_ABNORMALLY when the connection ends otherwise than with 1000, 1001 or by this side.
 */
export async function connectToServer(io: CommandIo, request: ConnectRequest): Promise<void> {
  const { url } = request.handshake;
  const opening = await open(io, request);
  if (opening.kind === "refused") {
    if (request.json) createJsonTranscript(io.stdout, request).refused(opening.refusal);
    throw explainRefusal(opening.refusal, url);
  }
  const talk = isForAPerson(io, request) ? talkAtTerminal : talkThroughPipes;
  judge(await talk(io, opening.socket, request));
  await flush(io.stdout);
}

/** A person types and reads: both ends are a terminal that can move its cursor, and no program was announced. */
function isForAPerson(io: CommandIo, request: ConnectRequest): boolean {
  const isTerminal = io.stdin.isTTY === true && io.stdout.isTTY === true && io.env["TERM"] !== "dumb";
  return isTerminal && !request.json && request.messages === undefined;
}

async function open(io: CommandIo, { handshake }: ConnectRequest): Promise<Opening> {
  const giveUp = new AbortController();
  const stopListening = io.onInterrupt(() => giveUp.abort());
  try {
    return await openSocket(handshake, giveUp.signal);
  } catch (error) {
    if (giveUp.signal.aborted) {
      const message = `Interrupted before ${displayUrl(handshake.url)} answered`;
      throw new HoldfastError("CONNECT_FAILED", message, { cause: error });
    }
    throw explainFailure(error, handshake.url, handshake.timeoutMs);
  } finally {
    stopListening();
  }
}

/** Writes to pipes may be under way still, and the process may be ended as soon as the command is done. */
async function flush(output: Writable): Promise<void> {
  if (output.writableLength > 0 && output.writable) {
    await new Promise<void>((resolve) => output.write("", () => resolve()));
  }
}

/** Throws for an end that is a failure. */
function judge(ending: Ending): void {
  if (ending.outputError !== undefined) {
    // Whoever read the output has seen enough, as `head` has.
    if ("code" in ending.outputError && ending.outputError.code === "EPIPE") return;
    const message = `Cannot write to the output: ${ending.outputError.message}`;
    throw new HoldfastError("OUTPUT_FAILED", message, { cause: ending.outputError });
  }
  if (!ending.byUs && !isNormalClose(ending.code)) throw explainEnding(ending);
}
