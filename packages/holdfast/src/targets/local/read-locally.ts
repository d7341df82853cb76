import { mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { HoldfastError } from "../../base/errors.ts";
import { StopperStack } from "../../base/stopper.ts";
import { createFunctionHost } from "../../host/function-host.ts";
import { validateModel } from "../../model/validate.ts";
import type { FrontendSurroundings, Reading } from "../../ports/frontend.ts";
import { placeOf } from "./aws-environment.ts";
import { createResourceCalls } from "./resource-calls.ts";
import type { LocalOptions } from "./start-local.ts";

export type ReadLocallyOptions = Pick<
  LocalOptions,
  "stateDir" | "openFrontend" | "evaluates" | "environment" | "stage" | "clock" | "log"
>;

/** Reads an app's model as `startLocal` would, without running the app. Leaves nothing behind. */
export function readLocally(options: ReadLocallyOptions): Promise<Reading> {
  return withReading(options, (reading) => Promise.resolve(reading));
}

/** The same, for whoever needs what was built: it is there until `use` has resolved. */
export async function withReading<T>(
  options: ReadLocallyOptions,
  use: (reading: Reading, surroundings: FrontendSurroundings) => Promise<T>,
): Promise<T> {
  const opened = new StopperStack();
  try {
    const buildDir = await makeBuildDir(options.stateDir);
    opened.push(() => rm(buildDir, { recursive: true, force: true }));
    const host = createFunctionHost({
      resourceCalls: createResourceCalls(() => undefined),
      clock: options.clock,
      log: options.log,
      environment: options.environment,
      spare: options.evaluates ?? true,
    });
    opened.push(() => host.close());
    const surroundings = { evaluator: host, buildDir, check: validateModel, place: placeOf(options) };
    const frontend = options.openFrontend(surroundings);
    opened.push(() => frontend.close());
    return await use(await frontend.read(), surroundings);
  } finally {
    await opened.stop();
  }
}

async function makeBuildDir(stateDir: string): Promise<string> {
  try {
    await mkdir(stateDir, { recursive: true });
    return await mkdtemp(path.join(stateDir, "reading-"));
  } catch (cause) {
    const message = `Cannot write below ${stateDir}: ${(cause as Error).message}`;
    throw new HoldfastError("STATE_NOT_WRITABLE", message, { cause });
  }
}
