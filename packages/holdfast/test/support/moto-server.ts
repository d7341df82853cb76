import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

export interface MotoServer {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** moto's server of all of AWS's services; undefined where `python3` has none. */
export async function startMoto(): Promise<MotoServer | undefined> {
  const port = await freePort();
  const child = spawn("python3", ["-m", "moto.server", "-p", String(port)], { stdio: "ignore" });
  const ended = new Promise<"ended">((resolve) => {
    child.once("error", () => resolve("ended"));
    child.once("exit", () => resolve("ended"));
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = new AbortController();
  const outcome = await Promise.race([ended, awaitAnswer(endpoint, stop.signal)]);
  stop.abort();
  if (outcome === "ended") return undefined;
  return {
    endpoint,
    async close() {
      child.kill();
      await ended;
    },
  };
}

async function awaitAnswer(endpoint: string, signal: AbortSignal): Promise<"ready"> {
  while (!signal.aborted) {
    try {
      await fetch(`${endpoint}/moto-api/`);
      return "ready";
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return "ready";
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
