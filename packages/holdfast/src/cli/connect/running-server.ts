import { readFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { HoldfastError } from "../../base/errors.ts";

const runningFile = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  websockets: v.array(v.object({ name: v.string(), url: v.string() })),
});

export type RunningApp = v.InferOutput<typeof runningFile>;

/**
 * The WebSocket URL of the app that `holdfast dev` runs from a folder, by `.holdfast/running.json` in it.
 *
 * @param apiName which of the app's WebSocket APIs; needed when it has several.
 * @throws HoldfastError SERVER_NOT_FOUND when none runs, OPTION_INVALID when the API cannot be told.
 */
export async function findRunningServer(folder: string, apiName: string | undefined): Promise<string> {
  const app = await readRunningApp(path.join(folder, ".holdfast", "running.json"));
  if (app === undefined || !isAlive(app.pid)) throw noServer(folder);
  const { name, url } = chooseApi(app.websockets, apiName);
  if (/[{}]/.test(url)) {
    throw new HoldfastError("OPTION_INVALID", `The path of the API ${name} has parts to fill in: ${url}`, {
      hint: "Give the whole URL, with a value for each part in braces.",
    });
  }
  return url;
}

export function noServer(folder: string): HoldfastError {
  return new HoldfastError("SERVER_NOT_FOUND", `No app of ${folder} is running`);
}

type RunningApi = RunningApp["websockets"][number];

/** The API a person named, or the only one there is. */
export function chooseApi(apis: readonly RunningApi[], apiName: string | undefined): RunningApi {
  const names = apis.map(({ name }) => name).join(", ");
  const chosen = apiName === undefined ? apis[0] : apis.find(({ name }) => name === apiName);
  if (chosen !== undefined && (apiName !== undefined || apis.length === 1)) return chosen;
  if (apis.length === 0) {
    throw new HoldfastError("SERVER_NOT_FOUND", "The running app has no WebSocket API", {
      hint: "Declare one with app.websocket(), or give the URL of another server.",
    });
  }
  if (apiName !== undefined) {
    const hint = `It has: ${names}.`;
    throw new HoldfastError("OPTION_INVALID", `The running app has no WebSocket API ${apiName}`, { hint });
  }
  throw new HoldfastError("OPTION_INVALID", `The running app has several WebSocket APIs: ${names}`, {
    hint: "Choose one with --api.",
  });
}

/** `undefined` when the file is absent or, as after an unclean end, unreadable. */
async function readRunningApp(file: string): Promise<RunningApp | undefined> {
  try {
    return v.parse(runningFile, JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
}

/** Signal 0 only asks; a process of someone else's answers EPERM and is alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
