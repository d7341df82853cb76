import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { HoldfastError } from "../../base/errors.ts";
import { askFacts, nobodyListens } from "../../targets/local/control/ask-app.ts";
import type { FoundApp } from "../../targets/local/control/running-apps.ts";
import { readRunningNote } from "../../targets/local/state-folder.ts";
import { findOnlyElsewhere } from "../running/find-running-app.ts";

/** Which state a command is about. */
export interface FoundState {
  readonly stateDir: string;
  readonly stage: string;
  /** The app that runs with it, if one does. */
  readonly app?: FoundApp;
}

export interface StateChoice {
  readonly state?: string;
  readonly stage?: string;
}

/**
 * The state of a folder, or of the app that runs from it; where there is none, that of the only app that runs. Throws
 * `STATE_NOT_FOUND`, or `SERVER_NOT_FOUND` when several could be meant.
 */
export async function findState({ state, stage }: StateChoice, cwd: string): Promise<FoundState> {
  if (stage !== undefined) checkStage(stage);
  const stateDir = state === undefined ? path.join(cwd, ".holdfast") : path.resolve(cwd, state);
  const here = await findApp(stateDir);
  if (here !== undefined && (stage ?? here.stage) === here.stage)
    return { stateDir, stage: here.stage, app: here };
  const stages = await stagesIn(stateDir);
  const [only, another] = stages;
  if (stage !== undefined && stages.includes(stage)) return { stateDir, stage };
  if (stage === undefined && only !== undefined && another === undefined) return { stateDir, stage: only };
  if (another !== undefined && stage === undefined) throw severalStages(stateDir, stages);
  const app = state === undefined ? await findOnlyElsewhere(cwd) : undefined;
  if (app !== undefined && (stage ?? app.stage) === app.stage)
    return { stateDir: app.stateDir, stage: app.stage, app };
  const what = stage === undefined ? "no app has left a state" : `the stage ${stage} has no state`;
  throw new HoldfastError("STATE_NOT_FOUND", `In ${stateDir} ${what}`);
}

/** Throws `OPTION_INVALID`. */
export function checkStage(stage: string): void {
  if (/^[\w-]+$/.test(stage)) return;
  throw new HoldfastError("OPTION_INVALID", `"${stage}" is not the name of a stage`, {
    hint: "A stage's name has letters, digits, - and _.",
  });
}

async function findApp(stateDir: string): Promise<FoundApp | undefined> {
  const note = await readRunningNote(path.join(stateDir, "running.json"));
  if (note?.control === undefined) return undefined;
  try {
    return { ...(await askFacts(note.control)), control: note.control };
  } catch (error) {
    if (nobodyListens(error)) return undefined;
    throw error;
  }
}

/** Folders that a run has left tables in; not what was put aside. */
async function stagesIn(stateDir: string): Promise<readonly string[]> {
  const names = await readdir(stateDir).catch(() => []);
  const found = names
    .filter((name) => /^[\w-]+$/.test(name))
    .map(async (name) => {
      const tables = await stat(path.join(stateDir, name, "tables.db")).catch(() => undefined);
      return tables?.isFile() === true ? [name] : [];
    });
  return (await Promise.all(found)).flat().toSorted();
}

function severalStages(stateDir: string, stages: readonly string[]): HoldfastError {
  return new HoldfastError(
    "STATE_NOT_FOUND",
    `${stateDir} has the state of several stages: ${stages.join(", ")}`,
    {
      hint: "Say which with --stage.",
    },
  );
}
