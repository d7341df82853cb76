import type { ChildProcess, SendHandle } from "node:child_process";
import type { Socket } from "node:net";
import { constants } from "node:os";
import { toErrorRecord } from "../../../base/errors.ts";
import type { SupervisorMessage, WorkerMessage } from "./messages.ts";
import type { WorkerPorts } from "./shared-ports.ts";

/** How a process ended, as a shell has it: its code, or 128 and the signal's number. */
export type ExitCode = number;

type Milestone = Exclude<WorkerMessage["kind"], "open">;

/** A process that runs the app, as its supervisor sees it. */
export class WorkerProcess {
  readonly node: number;
  readonly ports: WorkerPorts;
  readonly ended: Promise<ExitCode>;
  readonly #child: ChildProcess;
  readonly #milestones = {
    prepared: Promise.withResolvers<boolean>(),
    serving: Promise.withResolvers<boolean>(),
  } satisfies Record<Milestone, unknown>;

  constructor(node: number, ports: WorkerPorts, child: ChildProcess) {
    this.node = node;
    this.ports = ports;
    this.#child = child;
    const { promise, resolve } = Promise.withResolvers<ExitCode>();
    this.ended = promise;
    child.on("message", (message) => this.#receive(message as WorkerMessage));
    const end = (code: ExitCode): void => {
      for (const { resolve: settle } of Object.values(this.#milestones)) settle(false);
      resolve(code);
    };
    child.once("exit", (code, signal) => end(code ?? 128 + signalNumber(signal)));
    // One that could not be started, and one that cannot be sent to, which ends or is about to.
    child.on("error", () => {
      if (child.pid === undefined) end(1);
    });
  }

  /** Whether it came so far; false when it ended before. */
  reached(milestone: Milestone): Promise<boolean> {
    return this.#milestones[milestone].promise;
  }

  send(message: SupervisorMessage): void {
    this.#send(message);
  }

  /** A socket that leads to that node, which this worker gets; it is closed where there is no worker any more. */
  introduce(node: number, socket: Socket): void {
    if (this.#child.connected) this.#send({ kind: "peer", node }, socket);
    else socket.destroy();
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #send(message: SupervisorMessage, handle?: SendHandle): void {
    // One that is ending hears nothing more, and need not.
    if (this.#child.connected) this.#child.send(message, handle, {}, () => {});
  }

  #receive(message: WorkerMessage): void {
    if (message.kind === "open") void this.#open(message);
    else this.#milestones[message.kind].resolve(true);
  }

  async #open({ id, host, port: asked }: Extract<WorkerMessage, { kind: "open" }>): Promise<void> {
    try {
      const { port, handle } = await this.ports.open(host, asked);
      // A socket that nobody listens on yet, which Node passes as it does servers, but has no type for.
      this.#send({ kind: "opened", id, port }, handle as unknown as SendHandle);
    } catch (error) {
      this.#send({ kind: "not-opened", id, error: toErrorRecord(error) });
    }
  }
}

export function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : constants.signals[signal];
}
