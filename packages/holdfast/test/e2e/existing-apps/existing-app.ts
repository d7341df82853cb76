import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";
import { openClient, removeFolder, startDev, type Client, type DevProcess } from "../../support/holdfast.ts";

const apps = fileURLToPath(new URL("../../existing-apps/", import.meta.url));

/** An app that runs as somebody else wrote it, in a folder outside the checkout, as theirs is. */
export interface ExistingApp extends DevProcess {
  readonly folder: string;
  /** A client that is connected; `query` begins with a question mark. */
  connect(query?: string, headers?: Record<string, string>): Promise<Client>;
}

const opened: { app?: DevProcess; folder: string; clients: Client[] }[] = [];

afterEach(async () => {
  const all = opened.splice(0);
  for (const { app, clients } of all) {
    for (const { socket } of clients) socket.terminate();
    await app?.stop("SIGKILL");
  }
  for (const { folder } of all) await removeFolder(folder);
});

/** Runs `holdfast dev` with these arguments in a copy of the app's folder. */
export async function runExistingApp(name: string, ...args: string[]): Promise<ExistingApp> {
  const folder = await copyExistingApp(name);
  const entry: (typeof opened)[number] = { folder, clients: [] };
  opened.push(entry);
  const app = await startDev(folder, ...args);
  entry.app = app;
  return {
    ...app,
    folder,
    async connect(query = "", headers = {}) {
      const client = await openClient(app.url + query, [], headers);
      entry.clients.push(client);
      return client;
    },
  };
}

export async function copyExistingApp(name: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-test-"));
  await cp(path.join(apps, name), folder, { recursive: true });
  return folder;
}

export function send(client: Client, message: unknown): void {
  client.socket.send(typeof message === "string" ? message : JSON.stringify(message));
}
