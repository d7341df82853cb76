import path from "node:path";
import type { Clock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { StopperStack } from "../../base/stopper.ts";
import { createFunctionHost } from "../../host/function-host.ts";
import { InvalidAppError } from "../../model/invalid-app-error.ts";
import { validateModel } from "../../model/validate.ts";
import type { Evaluator } from "../../ports/evaluator.ts";
import type { Frontend, OpenFrontend, Reading } from "../../ports/frontend.ts";
import type { FunctionHost } from "../../ports/function-host.ts";
import type { ResourceCalls } from "../../ports/resource-calls.ts";
import { functionSurroundings, placeOf } from "./aws-environment.ts";
import type { Grace } from "./grace.ts";
import { bundleFileIn, openLocalTrust, type LocalTrust } from "./local-trust.ts";
import type { StateFolder } from "./state-folder.ts";
import { openLocalStores, type LocalStores } from "./stores.ts";
import { openState, type OpenState } from "./succession/open-state.ts";
import type { Succession } from "./succession/succession.ts";

export interface OpeningOptions {
  readonly stateDir: string;
  readonly stage: string;
  readonly reset: boolean;
  /** The address to listen on. */
  readonly host: string;
  /** Where debuggers attach; none may when absent. */
  readonly inspectPort?: number;
  /** What functions see of the surroundings. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly openFrontend: OpenFrontend;
  /** Whether reading the app runs its code, for which a process is started at once. Taken for so unless said. */
  readonly evaluates?: boolean;
  /** How it takes over from a process that runs the app, and hands over to the next; absent: it does neither. */
  readonly succession?: Succession;
  readonly clock: Clock;
  readonly log: Log;
}

export interface OpenedParts extends Omit<OpenState, "close"> {
  readonly host: FunctionHost;
  readonly frontend: Frontend;
  readonly trust: LocalTrust;
  readonly reading: Reading;
}

/** What takes its time at start: a function process, the store's thread, whom to trust, and the bundle. */
export async function openTogether(
  options: OpeningOptions,
  state: StateFolder,
  calls: ResourceCalls,
  { opened, grace }: { readonly opened: StopperStack; readonly grace: Grace },
): Promise<OpenedParts> {
  const { stage, stateDir } = options;
  const trustFolder = path.join(stateDir, "tls");
  const host = createHost(options, calls, bundleFileIn(trustFolder));
  opened.push(() => host.close(grace.leftMs()));
  const openingTrust = openLocalTrust({ ...options, folder: trustFolder });
  const frontend = options.openFrontend({
    evaluator: evaluateAfter(openingTrust, host),
    buildDir: state.buildDir,
    check: (model) => validateModel(model, "local", { stage }),
    place: placeOf(options),
  });
  opened.push(() => frontend.close());
  const opening = Promise.all([openingTrust, readApp(frontend)]);
  const [data, [trust, reading]] = await settleBoth(
    openState({ ...options, openStores: () => openStores(state, options), ready: opening }),
    opening,
  );
  opened.push(() => data.close());
  return { ...data, host, frontend, trust, reading };
}

/** Throws `InvalidAppError`: the state of another process is not asked for in vain. */
async function readApp(frontend: Frontend): Promise<Reading> {
  const reading = await frontend.read();
  if (reading.model === undefined) throw new InvalidAppError(reading.diagnostics);
  return reading;
}

function createHost(
  options: OpeningOptions,
  resourceCalls: ResourceCalls,
  bundleFile: string,
): FunctionHost & Evaluator {
  const { clock, log, environment, inspectPort, evaluates = true } = options;
  return createFunctionHost({
    resourceCalls,
    clock,
    log,
    environment: functionSurroundings(environment, bundleFile),
    place: placeOf(options),
    spare: evaluates,
    ...(inspectPort !== undefined && { inspect: { host: "127.0.0.1", port: inspectPort } }),
  });
}

/** A process reads the bundle of authorities when it first needs one of them: no code may run before it is written. */
function evaluateAfter(opening: Promise<unknown>, evaluator: Evaluator): Evaluator {
  return {
    async evaluate(bundle) {
      await opening;
      return evaluator.evaluate(bundle);
    },
  };
}

/** Says who uses the data, where that can be known. */
async function openStores(state: StateFolder, { reset, clock, log }: OpeningOptions): Promise<LocalStores> {
  try {
    return await openLocalStores({ folder: state.stageDir, reset, clock, log });
  } catch (error) {
    const running = await state.running();
    if (!(error instanceof HoldfastError) || error.code !== "STATE_IN_USE" || running === undefined)
      throw error;
    const message = `The app runs already, as process ${running.supervisor ?? running.pid}, at ${running.http}`;
    throw new HoldfastError("STATE_IN_USE", message, { cause: error });
  }
}

/** Waits for both, so that a failure of one leaves nothing of the other behind unnoticed. */
async function settleBoth<A extends { close(): Promise<void> }, B>(
  first: Promise<A>,
  second: Promise<B>,
): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === "rejected") throw a.reason;
  if (b.status === "rejected") {
    await a.value.close();
    throw b.reason;
  }
  return [a.value, b.value];
}
