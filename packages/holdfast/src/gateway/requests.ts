import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Log } from "../base/log.ts";
import { hostNameOf, readExecuteApiHost } from "../model/aws-hosts.ts";
import type { Refusal } from "./gateway.ts";
import type { HostGate } from "./host-gate.ts";
import { respondJson, respondRefusal } from "./http-answer.ts";
import type { ListenerObserver } from "./listener-observer.ts";
import type { MountTable } from "./mounts.ts";
import type { RefusalLog } from "./refusal-log.ts";
import { splitTarget } from "./request-target.ts";

export interface RequestsOptions {
  /** Everything that is no handshake and not addressed to a stage. */
  readonly http: (request: IncomingMessage, response: ServerResponse) => void;
  /** Answers a request of `@connections`, whatever host it asks for; tells whether it was one. */
  readonly management?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Answers a call of one of AWS's services, before anything else may; tells whether it was one that it hosts. */
  readonly services?: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly observer?: ListenerObserver;
  readonly log: Log;
}

/** Brings requests that are no handshakes to whoever answers them. */
export class Requests {
  readonly #options: RequestsOptions;
  readonly #hosts: HostGate;
  readonly #refusals: RefusalLog;
  readonly #mounts: () => MountTable;
  /** Requests that are not answered yet, where there are any. */
  readonly #open = new Map<Socket, number>();
  #lingering: "stay" | "last" | "end" = "stay";
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: RequestsOptions, hosts: HostGate, refusals: RefusalLog, mounts: () => MountTable) {
    this.#options = options;
    this.#hosts = hosts;
    this.#refusals = refusals;
    this.#mounts = mounts;
  }

  /** Whether a socket has a request that is not answered yet. */
  isBusy(socket: Socket): boolean {
    return this.#open.has(socket);
  }

  /** Resolves when every request is answered. */
  async idle(): Promise<void> {
    if (this.#open.size === 0) return;
    this.#idle ??= Promise.withResolvers<void>();
    await this.#idle.promise;
  }

  /** From now on each answer is its socket's last, and says so; who is told goes elsewhere. */
  sendAway(): void {
    if (this.#lingering === "stay") this.#lingering = "last";
  }

  /** Sockets end with the answers that are under way. */
  endSockets(): void {
    this.#lingering = "end";
  }

  /** Undefined when the host is one to answer for. */
  checkHost(request: IncomingMessage): Refusal | undefined {
    const host = hostNameOf(request.headers.host ?? "");
    const mounts = this.#mounts();
    if (mounts.isForeignApi(host)) return this.#hosts.unknownApi(host, mounts.apiIds);
    return this.#hosts.check(request);
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    this.#options.observer?.requested(request, response);
    this.#count(socket, 1);
    response.once("close", () => {
      this.#count(socket, -1);
      if (this.#lingering === "end") socket.end();
    });
    if (this.#lingering === "last") response.shouldKeepAlive = false;
    const refusal = this.checkHost(request);
    if (refusal !== undefined) {
      respondRefusal(response, refusal);
      return;
    }
    // First: the key of an object may hold `@connections`.
    if (this.#options.services?.(request, response) === true) return;
    const unhosted = this.#hosts.checkHosted(request);
    if (unhosted !== undefined) {
      respondRefusal(response, unhosted);
      return;
    }
    if (this.#options.management?.(request, response) === true) return;
    this.#serveApp(request, response);
  }

  #serveApp(request: IncomingMessage, response: ServerResponse): void {
    const target = splitTarget(request.url);
    const host = hostNameOf(request.headers.host ?? "");
    const mounts = this.#mounts();
    // What API Gateway answers to a plain GET is not known: 403 and 426 have both been seen. This one says what to do.
    if (request.method === "GET" && target !== undefined && mounts.isStage(target.path, host)) {
      respondJson(response, 426, "Upgrade Required", { upgrade: "websocket", connection: "upgrade" });
      return;
    }
    if (readExecuteApiHost(host) !== undefined && !mounts.isHttpApi(host)) {
      this.#refusals.tell("requests", "warn", "listener.request-refused", {
        message: `${request.method} ${target?.path ?? ""} on ${host} was refused with 403: a WebSocket API has nothing there`,
        hint: "Its name on AWS answers handshakes at its stage, and calls of /{stage}/@connections.",
      });
      respondJson(response, 403, "Forbidden", { connection: "close" });
      return;
    }
    try {
      this.#options.http(request, response);
    } catch (error) {
      this.#options.log("error", "listener.fault", { message: "A request could not be handled", error });
      if (response.headersSent) request.socket.destroy();
      else respondJson(response, 500, "Internal server error");
    }
  }

  #count(socket: Socket, change: 1 | -1): void {
    const count = (this.#open.get(socket) ?? 0) + change;
    if (count === 0) this.#open.delete(socket);
    else this.#open.set(socket, count);
    if (this.#open.size > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}
