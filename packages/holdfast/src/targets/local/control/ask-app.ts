import { request } from "node:http";
import { text } from "node:stream/consumers";
import { fromErrorRecord, HoldfastError } from "../../../base/errors.ts";
import { controlPaths, type AppFacts, type ControlAnswer, type ControlCall } from "./control-messages.ts";

/** How long a running app may take to answer, in milliseconds: longer than one that is busy or just reloads. */
const answerTimeoutMs = 10_000;
/** The same where one of many is asked only whether it is there. */
const factsTimeoutMs = 2_000;

/** Asks a running app about itself. Rejects with `SERVER_NOT_FOUND` when nobody answers there. */
export async function askFacts(address: string): Promise<AppFacts> {
  return (await ask(address, "GET", controlPaths.facts, "", factsTimeoutMs)) as AppFacts;
}

/**
 * Has a running app do something with one of its resources. Rejects as the operation does, and with
 * `SERVER_NOT_FOUND` when nobody answers.
 */
export function askApp(address: string, call: ControlCall): Promise<unknown> {
  return ask(address, "POST", controlPaths.call, JSON.stringify(call), answerTimeoutMs);
}

/**
 * Has a running app do something that is about itself. Rejects as the operation does, and with `SERVER_NOT_FOUND` when
 * nobody answers within `timeoutMs`.
 */
export function askOperation(
  address: string,
  name: string,
  argument: unknown,
  timeoutMs = answerTimeoutMs,
): Promise<unknown> {
  const path = `${controlPaths.operations}${name}`;
  return ask(address, "POST", path, JSON.stringify({ argument }), timeoutMs);
}

/** Whether a call failed because no process listens there any more, rather than one that does not answer. */
export function nobodyListens(error: unknown): boolean {
  const cause =
    error instanceof HoldfastError ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  return cause?.code === "ECONNREFUSED" || cause?.code === "ENOENT";
}

async function ask(
  address: string,
  method: string,
  path: string,
  body: string,
  timeoutMs: number,
): Promise<unknown> {
  const answer = await exchange(address, method, path, body, timeoutMs).catch((cause: unknown) => {
    throw new HoldfastError("SERVER_NOT_FOUND", "The running app does not answer", {
      hint: "See what `holdfast dev` says, and start it again if it has ended.",
      cause,
    });
  });
  if ("error" in answer) throw fromErrorRecord(answer.error);
  return answer.result;
}

function exchange(
  address: string,
  method: string,
  path: string,
  body: string,
  timeoutMs: number,
): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const asking = request({ socketPath: address, method, path, signal }, (response) => {
      text(response)
        .then((answer) => JSON.parse(answer) as ControlAnswer)
        .then(resolve, reject);
    });
    asking.once("error", reject);
    asking.end(body);
  });
}
