import { AsyncLocalStorage } from "node:async_hooks";
import { Socket } from "node:net";
import { WireChannel } from "../model/wire/wire-channel.ts";
import type { FunctionMessage, HostMessage } from "../model/wire/wire-messages.ts";
import { mapAwsNames } from "./aws-names.ts";
import { captureConsole } from "./console-capture.ts";
import { FunctionServer } from "./function-server.ts";
import type { InvocationScope } from "./invocation-scope.ts";
import { reportEnd } from "./report-end.ts";
import { writeFully } from "./write-fully.ts";

/*
 * The program of a function process. Its parent gives it a pipe, and through it a bundle and invocations; when the
 * pipe closes it ends. It imports little, because every reload waits for one of these to start.
 */

const standardOutput = 1;
const pipe = 3;

/** How long an ending process waits for a gateway that does not read. */
const lastWriteWaitMs = 100;

function runFunctionProcess(): void {
  // By call and not by flag: the flag would also map the positions that an app's declarations are found by.
  process.setSourceMapsEnabled(true);
  mapAwsNames(process.env);
  const scopes = new AsyncLocalStorage<InvocationScope>();
  const socket = new Socket({ fd: pipe, readable: true, writable: true });
  const print = (text: string): void => writeFully(standardOutput, Buffer.from(text));

  const channel = new WireChannel<FunctionMessage>(socket, {
    receive: (message) => server.receive(message as HostMessage),
    fail: (error) => {
      throw error;
    },
  });
  const server = new FunctionServer(channel, scopes);
  captureConsole(scopes, print);
  reportEnd(scopes, print, () => {
    // Answers of the turn that ends the process. Behind half a write they would only be noise.
    if (socket.writableLength > 0) return;
    for (const frame of channel.takeFrames()) writeFully(pipe, frame, lastWriteWaitMs);
  });

  socket.on("close", () => process.exit());
  socket.on("error", () => process.exit());
  channel.send(["ready", process.pid, inspectorUrl()]);
}

function inspectorUrl(): string | null {
  const inspecting = process.execArgv.some((argument) => argument.startsWith("--inspect"));
  return inspecting ? (process.getBuiltinModule("node:inspector").url() ?? null) : null;
}

runFunctionProcess();
