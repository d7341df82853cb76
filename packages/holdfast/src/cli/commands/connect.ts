import { readFile } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { systemClock } from "../../base/clock.ts";
import type { CommandIo } from "../command-io.ts";
import {
  addHeader,
  addSubprotocol,
  readCount,
  readTimeoutMs,
  readWaitMs,
  type Headers,
} from "../connect/connect-request.ts";
import { connectToServer } from "../connect/connect-to-server.ts";
import { findRunningServer } from "../connect/running-server.ts";
import { readServerUrl } from "../connect/server-url.ts";
import { noServer } from "../running/find-running-app.ts";

export interface ConnectDependencies {
  /** Where the app that runs from a folder listens; by default what `.holdfast/running.json` says. */
  readonly findServer?: (cwd: string) => Promise<string | undefined>;
}

/** `holdfast connect [url]`: a WebSocket client for a person at a terminal, and for pipes and scripts. */
export function connectCommand(io: CommandIo, dependencies: ConnectDependencies = {}): Command {
  return new Command("connect")
    .description("Talk to a WebSocket, by hand or through pipes.")
    .argument("[url]", "where to connect; without it, to the running app of this folder, or the only one")
    .option("-H, --header <name: value>", "send a header with the handshake (repeatable)", addHeader)
    .option("-s, --subprotocol <name>", "offer a subprotocol (repeatable)", addSubprotocol)
    .option("-x, --execute <message>", "send this instead of the input, then wait (repeatable)", append)
    .option("-w, --wait <seconds>", "stay so long after the input ended, or forever (default: 1)", readWaitMs)
    .option("--count <n>", "close after n messages; without --wait, stay until they came", readCount)
    .option("--json", "write each event as a line of JSON")
    .option("--api <name>", "which API of the running app, when it has several")
    .option("--timeout <seconds>", "how long the server may take to answer (default: 10)", readTimeoutMs)
    .option("--insecure", "accept any certificate, self-signed ones too")
    .option("--verbose", "show pings and pongs too")
    .addHelpText("after", examples)
    .action(async (url: string | undefined, flags: ConnectFlags) => {
      const server = readServerUrl(url ?? (await findServer(io, flags.api, dependencies)));
      const authority = server.protocol === "wss:" ? await readLocalAuthority(io.cwd) : undefined;
      await connectToServer(io, {
        handshake: {
          url: server,
          ...(authority !== undefined && { authority }),
          headers: flags.header ?? {},
          subprotocols: flags.subprotocol ?? [],
          insecure: flags.insecure ?? false,
          timeoutMs: flags.timeout ?? 10_000,
        },
        ...(flags.execute !== undefined && { messages: flags.execute }),
        ...(flags.wait !== undefined && { waitMs: flags.wait }),
        maxReceived: flags.count ?? Number.POSITIVE_INFINITY,
        json: flags.json ?? false,
        verbose: flags.verbose ?? false,
        clock: systemClock,
      });
    });
}

/** The authority that `holdfast dev` made in this folder, if it has. */
async function readLocalAuthority(cwd: string): Promise<string | undefined> {
  return readFile(path.join(cwd, ".holdfast", "tls", "ca.pem"), "utf8").catch(() => undefined);
}

interface ConnectFlags {
  readonly header?: Headers;
  readonly subprotocol?: readonly string[];
  readonly execute?: readonly string[];
  readonly wait?: number;
  readonly count?: number;
  readonly json?: boolean;
  readonly api?: string;
  readonly timeout?: number;
  readonly insecure?: boolean;
  readonly verbose?: boolean;
}

const examples = `
Examples:
  holdfast connect                                       the app that \`holdfast dev\` runs here
  holdfast connect localhost:3333/dev -H "x-user: ann"   with a header
  echo '{"action":"ping"}' | holdfast connect --count 1  send a line, print one answer
  holdfast connect wss://example.com --json --wait forever </dev/null | jq .data

On a terminal: /help shows the commands, Ctrl-D closes.`;

function append(message: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, message];
}

async function findServer(
  io: CommandIo,
  apiName: string | undefined,
  dependencies: ConnectDependencies,
): Promise<string> {
  if (dependencies.findServer === undefined) return findRunningServer(io.cwd, apiName);
  const url = await dependencies.findServer(io.cwd);
  if (url === undefined) throw noServer(io.cwd);
  return url;
}
