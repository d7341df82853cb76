import { readFile } from "node:fs/promises";
import path from "node:path";
import { GameEnded } from "./game-ended.ts";

/** The URL given, else the environment's, else that of the app that `holdfast dev` runs here, or in this package. */
export async function findServer(given: string | undefined): Promise<string> {
  const url = given ?? process.env.WEBSOCKET_URL;
  if (url !== undefined && url !== "") return url;
  for (const folder of [process.cwd(), path.dirname(import.meta.dirname)]) {
    const running = await runningServer(path.join(folder, ".holdfast", "running.json"));
    if (running !== undefined) return running;
  }
  throw new GameEnded(
    "No server is running here. Start one with `holdfast dev`, or give the URL of another: --url ws://…",
  );
}

/** `holdfast dev` leaves a note of where it runs. */
async function runningServer(note: string): Promise<string | undefined> {
  try {
    const { websockets } = JSON.parse(await readFile(note, "utf8")) as { websockets: { url: string }[] };
    return websockets[0]?.url;
  } catch {
    return undefined;
  }
}
