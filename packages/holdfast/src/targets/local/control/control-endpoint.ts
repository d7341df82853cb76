import { randomBytes } from "node:crypto";
import { chmod } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import type { Clock } from "../../../base/clock.ts";
import { HoldfastError, toErrorRecord } from "../../../base/errors.ts";
import { splitResource } from "../../../model/operations.ts";
import type { ResourceCalls } from "../../../ports/resource-calls.ts";
import { openCommandsFolder } from "./commands-folder.ts";
import {
  controlPaths,
  type AppFacts,
  type ControlAnswer,
  type ControlCall,
  type ControlOperations,
} from "./control-messages.ts";
import { removeAbandonedSockets } from "./running-apps.ts";

export interface ControlEndpointOptions {
  /** The folder for its socket; see `commandsFolder`. */
  readonly folder: string;
  readonly facts: () => AppFacts;
  readonly calls: ResourceCalls;
  /** What commands may ask of the app itself. */
  readonly operations?: ControlOperations;
  readonly clock: Clock;
}

export interface ControlEndpoint {
  /** The path of a Unix socket, or of a named pipe. */
  readonly address: string;
  close(): Promise<void>;
}

/** The longest message that a topic takes, each byte escaped, and something around it. */
const maximumBodyBytes = 2 * 1024 * 1024;

/** What commands may ask for, by the kind of resource. */
const allowed: Readonly<Record<string, readonly string[]>> = { websocket: ["send"], topic: ["publish"] };

/**
 * Lets other commands of this user reach a running app: HTTP over a socket in the file system, which pages in a
 * browser, other machines and other users cannot open. Rejects when there can be no socket.
 */
export async function startControlEndpoint(options: ControlEndpointOptions): Promise<ControlEndpoint> {
  const address = await chooseAddress(options.folder);
  const server = createServer((request, response) => {
    handle(request, options).then(
      (answer) => reply(response, 200, answer),
      (error: unknown) => reply(response, 400, { error: toErrorRecord(error) }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, resolve);
  });
  // A connection that cannot be accepted is no reason to end the app.
  server.on("error", () => {});
  if (process.platform !== "win32") await chmod(address, 0o600);
  // Nobody waits for it: an app that hangs takes its time to answer.
  removeAbandonedSockets(options.folder, options.clock.now()).catch(() => {});
  return {
    address,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function chooseAddress(folder: string): Promise<string> {
  const name = `${process.pid}-${randomBytes(6).toString("hex")}`;
  // A pipe's default access rights let others read, and a request has to be written.
  if (process.platform === "win32") return `\\\\.\\pipe\\holdfast-${name}`;
  await openCommandsFolder(folder);
  return path.join(folder, `${name}.sock`);
}

async function handle(request: IncomingMessage, options: ControlEndpointOptions): Promise<ControlAnswer> {
  if (request.method === "GET" && request.url === controlPaths.facts) return { result: options.facts() };
  if (request.method !== "POST") throw notUnderstood();
  if (request.url?.startsWith(controlPaths.operations) === true) return runOperation(request, options);
  if (request.url !== controlPaths.call) throw notUnderstood();
  const call = readCall(await readBody(request));
  return { result: await options.calls.call(call) };
}

async function runOperation(
  request: IncomingMessage,
  { operations = {} }: ControlEndpointOptions,
): Promise<ControlAnswer> {
  const name = request.url?.slice(controlPaths.operations.length) ?? "";
  const run = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (run === undefined) throw notUnderstood();
  const { argument } = parse(await readBody(request));
  return { result: await run(argument) };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maximumBodyBytes) throw new HoldfastError("PAYLOAD_TOO_LARGE", "The data is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function readCall(text: string): ControlCall {
  const { resource, operation, argument } = parse(text);
  if (typeof resource !== "string" || typeof operation !== "string") throw notUnderstood();
  const { kind } = splitResource(resource);
  const operations = Object.hasOwn(allowed, kind) ? allowed[kind] : undefined;
  if (operations?.includes(operation) !== true) throw notUnderstood();
  return { resource, operation, argument };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...(JSON.parse(text) as object) };
  } catch {
    throw notUnderstood();
  }
}

function notUnderstood(): HoldfastError {
  return new HoldfastError("COMMAND_NOT_UNDERSTOOD", "The running app does not understand this command");
}

function reply(response: ServerResponse, status: number, answer: ControlAnswer): void {
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify(answer));
}
