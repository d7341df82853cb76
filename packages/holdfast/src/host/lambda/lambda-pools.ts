import type { Clock } from "../../base/clock.ts";
import { toError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { FunctionProcesses } from "../function-processes.ts";
import type { HostLimits } from "../host-limits.ts";
import { lambdaEnvironment } from "./lambda-environment.ts";
import type { FunctionPlace } from "./function-place.ts";
import type { LambdaPlan } from "./lambda-plan.ts";
import { LambdaPool } from "./lambda-pool.ts";
import { LambdaProcess } from "./lambda-process.ts";
import { withoutProxyToGateway } from "./proxy-environment.ts";
import type { FindRuntime } from "./runtime-command.ts";
import { StartGate } from "./start-gate.ts";
import { WarmProcesses } from "./warm-processes.ts";

export interface LambdaPoolsOptions {
  readonly processes: FunctionProcesses;
  readonly findRuntime: FindRuntime;
  readonly place: FunctionPlace;
  readonly limits: HostLimits;
  readonly clock: Clock;
  readonly log: Log;
  watch(deadlineMs: number): void;
}

/** Makes the pools of one host's template functions, which start their processes through one gate, and so many in all. */
export class LambdaPools {
  readonly #options: LambdaPoolsOptions;
  readonly #gate: StartGate;
  readonly #warm: WarmProcesses;

  constructor(options: LambdaPoolsOptions) {
    this.#options = options;
    this.#gate = new StartGate(options.clock, options.limits.maximumLambdaStarts);
    this.#warm = new WarmProcesses(options.limits.maximumLambdaProcessesInAll);
  }

  create(plan: LambdaPlan): LambdaPool {
    // Nobody waits for it: what is missing shows as soon as the app runs, not with its first message only.
    void this.#find(plan).catch((error: unknown) => this.#warn(plan, error));
    const pool = new LambdaPool({
      ...this.#options,
      plan,
      gate: this.#gate,
      start: (onFree) => this.#start(plan, onFree),
      onResting: () => this.#warm.trim(0),
      onDrained: (drained) => this.#warm.removeOwner(drained),
    });
    this.#warm.addOwner(pool);
    return pool;
  }

  async #start(plan: LambdaPlan, onFree: (process: LambdaProcess) => void): Promise<LambdaProcess> {
    const { command, environment } = await this.#find(plan);
    this.#warm.trim(1);
    const process = await this.#options.processes.watchOver((surroundings) =>
      LambdaProcess.start({
        ...this.#options,
        ...surroundings,
        plan,
        command,
        environment: { ...environment, ...command.environment },
        onFree,
      }),
    );
    this.#warm.add(process);
    return process;
  }

  /** Anew for each process: what was missing may be there now. */
  async #find(plan: LambdaPlan) {
    const { processes, findRuntime, clock, place } = this.#options;
    const environment = withoutProxyToGateway(
      lambdaEnvironment(plan, processes.environment, { place, nowMs: clock.now() }),
    );
    return { environment, command: await findRuntime(plan.functions[0], { environment }) };
  }

  #warn({ functions: [{ name }] }: LambdaPlan, error: unknown): void {
    this.#options.log("warn", "function-not-runnable", {
      message: `Function "${name}" cannot run: ${toError(error).message}`,
      function: name,
      error,
    });
  }
}
