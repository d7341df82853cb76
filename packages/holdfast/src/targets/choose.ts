import { HoldfastError } from "../base/errors.ts";
import { startLocal, type LocalApp, type LocalOptions } from "./local/start-local.ts";
import { startUnconfigured } from "./server/start-unconfigured.ts";

type StartTarget = (options: LocalOptions) => Promise<Omit<LocalApp, "drain">>;

/** The targets that run an app, by the name that `--target` and HOLDFAST_TARGET take. */
const runningTargets: Readonly<Record<string, StartTarget>> = {
  local: startLocal,
  server: startUnconfigured,
};

/** Throws `TARGET_UNKNOWN`, which names the target and lists those there are. */
export function chooseTarget(name: string): StartTarget {
  const start = Object.hasOwn(runningTargets, name) ? runningTargets[name] : undefined;
  if (start !== undefined) return start;
  throw new HoldfastError("TARGET_UNKNOWN", `There is no target "${name}"`, {
    hint: `Choose one of: ${Object.keys(runningTargets).join(", ")}.`,
  });
}
