import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { makeFolder, removeFolder, startDev } from "../support/holdfast.ts";

const clientCount = 1000;
/** By the end of the first half the process has reached its size: it takes some 100,000 messages. */
const messageCount = 200_000;
/** What the gateway's process may grow by while the second half of the messages passes. */
const allowedGrowthMb = 60;

const app = `import { App } from "holdfast";
const app = new App("soak");
export default app;
const ws = app.websocket();
ws.onMessage(({ text }) => text);
`;

/** Resident memory of a process, in megabytes. */
async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

test.skipIf(process.platform !== "linux")(
  `${clientCount} clients exchange ${messageCount} messages: each is answered once, in bounded memory`,
  async () => {
    const folder = await makeFolder({ "app.ts": app });
    const running = await startDev(folder);
    const pid = running.child.pid ?? 0;
    try {
      const clients = await openMany(running.url);
      const perClient = messageCount / clientCount;
      const wrong: string[] = [];
      const half = exchange(clients, 0, perClient / 2, wrong);
      await half;
      const before = await residentMb(pid);
      await exchange(clients, perClient / 2, perClient, wrong);
      const after = await residentMb(pid);

      expect(wrong).toEqual([]);
      expect(clients.every((client) => client.readyState === WebSocket.OPEN)).toBe(true);
      expect(after - before).toBeLessThan(allowedGrowthMb);
      console.log(
        `soak: ${before.toFixed(0)} MB after half of the messages, ${after.toFixed(0)} MB after all`,
      );
      for (const client of clients) client.close();
      await sleep(200);
      expect(running.lines.filter((line) => line.level === "error")).toEqual([]);
      expect(await running.stop()).toBe(0);
    } finally {
      if (running.child.exitCode === null) await running.stop("SIGKILL");
      await removeFolder(folder);
    }
  },
);

async function openMany(url: string): Promise<WebSocket[]> {
  const clients: WebSocket[] = [];
  for (let opened = 0; opened < clientCount; opened += 50) {
    const batch = Array.from({ length: 50 }, () => new WebSocket(url, { perMessageDeflate: false }));
    await Promise.all(
      batch.map(
        (client) => new Promise((resolve, reject) => client.once("open", resolve).once("error", reject)),
      ),
    );
    clients.push(...batch);
  }
  return clients;
}

/** Every client sends its messages one after another, each when the one before was answered. */
async function exchange(
  clients: readonly WebSocket[],
  from: number,
  to: number,
  wrong: string[],
): Promise<void> {
  await Promise.all(
    clients.map(
      (client, index) =>
        new Promise<void>((resolve, reject) => {
          let at = from;
          const send = (): void => client.send(`client ${index} message ${at}`);
          const onMessage = (data: Buffer): void => {
            if (data.toString() !== `client ${index} message ${at}`) wrong.push(data.toString());
            at += 1;
            if (at < to) return send();
            client.off("message", onMessage);
            resolve();
          };
          client.on("message", onMessage);
          client.once("close", () => reject(new Error(`client ${index} was closed`)));
          send();
        }),
    ),
  );
}
