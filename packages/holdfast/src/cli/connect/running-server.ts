import path from "node:path";
import { HoldfastError } from "../../base/errors.ts";
import { readRunningNote, type RunningNote } from "../../targets/local/state-folder.ts";
import { findOnlyElsewhere, noServer } from "../running/find-running-app.ts";

/**
 * The WebSocket URL of the app that `holdfast dev` runs from a folder, by `.holdfast/running.json` in it; else of the
 * only app that this user runs.
 *
 * @param apiName which of the app's WebSocket APIs; needed when it has several.
 * @throws HoldfastError SERVER_NOT_FOUND when none runs, OPTION_INVALID when the API cannot be told.
 */
export async function findRunningServer(folder: string, apiName: string | undefined): Promise<string> {
  const note = await readRunningNote(path.join(folder, ".holdfast", "running.json"));
  const app = note ?? (await findOnlyElsewhere(folder));
  if (app === undefined) throw noServer(folder);
  const { name, url } = chooseApi(app.websockets, apiName);
  if (/[{}]/.test(url)) {
    throw new HoldfastError("OPTION_INVALID", `The path of the API ${name} has parts to fill in: ${url}`, {
      hint: "Give the whole URL, with a value for each part in braces.",
    });
  }
  return url;
}

type RunningApi = RunningNote["websockets"][number];

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
