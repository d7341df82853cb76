import { HoldfastError } from "../base/errors.ts";
import { startLocal } from "./local/start-local.ts";

/** The targets that run an app, by the name that `--target` and HOLDFAST_TARGET take. */
const runningTargets = { local: startLocal } as const;

export type RunningTarget = keyof typeof runningTargets;

/** Throws `TARGET_UNKNOWN`, which names the target and lists those there are. */
export function chooseTarget(name: string): (typeof runningTargets)[RunningTarget] {
  if (Object.hasOwn(runningTargets, name)) return runningTargets[name as RunningTarget];
  throw new HoldfastError("TARGET_UNKNOWN", `There is no target "${name}"`, {
    hint: `Choose one of: ${Object.keys(runningTargets).join(", ")}.`,
  });
}
