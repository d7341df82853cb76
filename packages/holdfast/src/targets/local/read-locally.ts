import { mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { StopperStack } from "../../base/stopper.ts";
import { createFunctionHost } from "../../host/function-host.ts";
import { validateModel } from "../../model/validate.ts";
import type { Reading } from "../../ports/frontend.ts";
import { createResourceCalls } from "./resource-calls.ts";
import type { LocalOptions } from "./start-local.ts";

/** Reads an app's model as `startLocal` would, without running the app. Leaves nothing behind. */
export async function readLocally(
  options: Pick<LocalOptions, "stateDir" | "openFrontend" | "environment" | "clock" | "log">,
): Promise<Reading> {
  const opened = new StopperStack();
  try {
    await mkdir(options.stateDir, { recursive: true });
    const buildDir = await mkdtemp(path.join(options.stateDir, "reading-"));
    opened.push(() => rm(buildDir, { recursive: true, force: true }));
    const host = createFunctionHost({
      resourceCalls: createResourceCalls(() => undefined),
      clock: options.clock,
      log: options.log,
      environment: options.environment,
    });
    opened.push(() => host.close());
    const frontend = options.openFrontend({ evaluator: host, buildDir, check: validateModel });
    opened.push(() => frontend.close());
    return await frontend.read();
  } finally {
    await opened.stop();
  }
}
