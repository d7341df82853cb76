import { HoldfastError } from "../base/errors.ts";
import type { WireChannel } from "../model/wire/wire-channel.ts";
import { encodeMessage, encodeMessageEnding } from "../model/wire/wire-codec.ts";
import { WireEventReader, type WireEvent } from "../model/wire/wire-event.ts";
import type { FunctionMessage, HostMessage, LoadOrder } from "../model/wire/wire-messages.ts";
import { AppliedEnvironment } from "./applied-environment.ts";
import { describeError } from "./error-report.ts";
import { HostResourceClient } from "./host-resource-client.ts";
import { InvocationScope, type ScopeStorage } from "./invocation-scope.ts";
import { guardKill } from "./kill-guard.ts";
import { loadApp } from "./load-app.ts";
import type { Handler, RegisteredApp } from "./registered-app.ts";
import { resultToJson } from "./result-json.ts";
import { traceparentOf } from "./traced.ts";

/** Loads one app and runs its handlers, as the host asks. */
export class FunctionServer {
  readonly #channel: WireChannel<FunctionMessage>;
  readonly #scopes: ScopeStorage;
  readonly #resources: HostResourceClient;
  readonly #events = new WireEventReader();
  readonly #environment = new AppliedEnvironment();
  readonly #running = new Map<number, InvocationScope>();
  /** By function name. */
  #handlers = new Map<string, Handler | undefined>();
  #app: RegisteredApp | undefined;

  constructor(channel: WireChannel<FunctionMessage>, scopes: ScopeStorage) {
    this.#channel = channel;
    this.#scopes = scopes;
    this.#resources = new HostResourceClient(scopes, (message) => channel.sendEncoded(message));
  }

  receive(message: HostMessage): void {
    switch (message[0]) {
      case "invoke":
        return void this.#invoke(message[1], message[2], message[3], message[4]);
      case "answer":
        return this.#resources.answer(message[1], { data: message[2], bytes: message[3] ?? 0 });
      case "refuse":
        return this.#resources.refuse(message[1], message[2]);
      case "connection":
        return this.#events.learn(message[1], message[2]);
      case "forget":
        return this.#events.forget(message[1]);
      case "abort":
        return this.#running.get(message[1])?.abort();
      case "ping":
        return this.#channel.send(["pong", message[1]]);
      case "load":
        return void this.#load(message[1]);
      case "serve":
        return this.#serve(message[1], message[2]);
      case "end":
        return process.exit();
    }
  }

  async #load(order: LoadOrder): Promise<void> {
    try {
      guardKill(order.protectedPids);
      this.#environment.apply({ ...order.environment, PWD: order.appDir });
      process.chdir(order.appDir);
      const app = await loadApp(order.file);
      const declaration = app.declare();
      app.attach(this.#resources);
      this.#app = app;
      this.#channel.send(["loaded", declaration]);
    } catch (thrown) {
      this.#channel.send(["not-loaded", describeError(thrown)]);
    }
  }

  #serve(
    environment: Readonly<Record<string, string>>,
    functions: readonly (readonly [name: string, handler: string])[],
  ): void {
    this.#environment.apply({ ...environment, PWD: process.cwd() });
    this.#handlers = new Map(functions.map(([name, handler]) => [name, this.#app?.handler(handler)]));
  }

  async #invoke(id: number, functionName: string, remainingMs: number, wireEvent: WireEvent): Promise<void> {
    const event = this.#events.read(wireEvent);
    const handler = this.#handlers.get(functionName);
    if (handler === undefined) return this.#channel.send(["missing", id]);
    const { requestId } = event;
    const scope = new InvocationScope(id, functionName, requestId, remainingMs, traceparentOf(event));
    this.#running.set(id, scope);
    let answer: string;
    try {
      answer = encodeReturned(id, await this.#scopes.run(scope, handler, event, scope));
    } catch (thrown) {
      answer = encodeMessage(["failed", id, { code: "HANDLER_THREW", ...describeError(thrown) }]);
    }
    scope.end();
    this.#running.delete(id);
    this.#channel.sendEncoded(answer);
  }
}

function encodeReturned(id: number, result: unknown): string {
  const json = resultToJson(result);
  if (json === undefined) return encodeMessage(["returned", id]);
  try {
    return encodeMessageEnding(["returned", id], json);
  } catch (cause) {
    throw new HoldfastError(
      "HANDLER_RESULT_INVALID",
      `The handler returned ${json.length} characters of JSON`,
      {
        cause,
        hint: "Return less, or keep it in a table and return its key.",
      },
    );
  }
}
