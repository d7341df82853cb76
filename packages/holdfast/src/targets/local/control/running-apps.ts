import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { askFacts, nobodyListens } from "./ask-app.ts";
import type { AppFacts } from "./control-messages.ts";

/** The apps of this user that run now, wherever their folders are. On Windows none are known. */
export async function listRunningApps(folder: string): Promise<FoundApp[]> {
  const answers = await Promise.all(
    (await listSockets(folder)).map((control) =>
      askFacts(control).then(
        (facts) => ({ ...facts, control }),
        () => undefined,
      ),
    ),
  );
  return answers.filter((facts) => facts !== undefined).toSorted((a, b) => compare(a.appDir, b.appDir));
}

export type FoundApp = AppFacts & { readonly control: string };

/** Removes sockets that killed processes left. They do no harm: nobody answers there. */
export async function removeAbandonedSockets(folder: string, nowMs: number): Promise<void> {
  for (const socket of await listSockets(folder)) {
    const { mtimeMs } = await stat(socket).catch(() => ({ mtimeMs: nowMs }));
    // One that is just being opened does not answer either.
    if (nowMs - mtimeMs < youngMs) continue;
    if (await isAbandoned(socket)) await rm(socket, { force: true });
  }
}

const youngMs = 10_000;

async function listSockets(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith(".sock")).map((name) => path.join(folder, name));
}

async function isAbandoned(socket: string): Promise<boolean> {
  try {
    await askFacts(socket);
    return false;
  } catch (error) {
    return nobodyListens(error);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
