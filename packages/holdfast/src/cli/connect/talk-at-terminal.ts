import type { WebSocket } from "ws";
import type { CommandIo } from "../command-io.ts";
import { stylesFor, type Styles } from "../output/styles.ts";
import type { ConnectRequest } from "./connect-request.ts";
import { Conversation } from "./conversation.ts";
import { historyFile, openInputHistory } from "./input-history.ts";
import { displayUrl } from "./server-url.ts";
import { TerminalPrompt } from "./terminal-prompt.ts";
import { createTerminalTranscript } from "./terminal-transcript.ts";
import type { Ending, Transcript } from "./transcript.ts";
import { commandHelp, readTypedEntry } from "./typed-entry.ts";

/** Lets a person talk over an open, paused socket, until either side closes it. */
export async function talkAtTerminal(
  io: CommandIo,
  socket: WebSocket,
  request: ConnectRequest,
): Promise<Ending> {
  const styles = stylesFor(io.stdout, io.env);
  const prompt = new TerminalPrompt(io, {
    history: openInputHistory(historyFile(io.env)),
    styles,
    onEntry: (entry) => obey(entry, conversation, transcript, styles),
    onLeave: () => conversation.close(),
  });
  const transcript = createTerminalTranscript({
    print: (text) => prompt.print(text),
    columns: () => io.stdout.columns ?? 80,
    styles,
    now: () => request.clock.now(),
    verbose: request.verbose,
  });
  transcript.opened({ url: displayUrl(request.handshake.url), protocol: socket.protocol });
  const conversation = new Conversation(socket, {
    transcript,
    output: io.stdout,
    clock: request.clock,
    maxReceived: request.maxReceived,
  });
  const stopListening = io.onInterrupt(() => conversation.interrupt());
  const ending = await conversation.ended;
  stopListening();
  prompt.close();
  transcript.closed(ending);
  return ending;
}

/** Does what an entry asks for. A message is printed with its time, in place of what was typed. */
function obey(
  entry: string,
  conversation: Conversation,
  transcript: Transcript,
  styles: Styles,
): "erase" | "keep" {
  const typed = readTypedEntry(entry);
  switch (typed.kind) {
    case "message":
      void conversation.send(typed.text);
      return "erase";
    case "ping":
      conversation.ping();
      return "keep";
    case "close":
      conversation.close(typed.code, typed.reason);
      return "keep";
    case "quit":
      conversation.close();
      return "keep";
    case "help":
      for (const [name, effect] of commandHelp) transcript.note(`  ${name.padEnd(23)}${effect}`);
      return "keep";
    case "mistake":
      transcript.note(styles.yellow(typed.problem));
      return "keep";
  }
}
