import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { startRig, type Rig } from "../e2e/gateway/rig.ts";
import { RandomSource } from "../support/random-source.ts";
import { hostileFrames, hostileHandshake, type HostileInput } from "./gateway-inputs.ts";

/** HOLDFAST_FUZZ=100000 takes some minutes; HOLDFAST_FUZZ_SEED runs what another run met. */
const caseCount = Number(process.env.HOLDFAST_FUZZ ?? 4000);
const seed = Number(process.env.HOLDFAST_FUZZ_SEED ?? 20_261_121);
const atATime = 50;
const heapGrowthBytes = 48 * 1024 * 1024;

it(
  `${caseCount} hostile handshakes and frames (seed ${seed}) end no process, hang nowhere and leave nothing`,
  async () => {
    const faults: unknown[] = [];
    const keep = (error: unknown): void => void faults.push(error);
    process.on("uncaughtException", keep);
    process.on("unhandledRejection", keep);
    const socketsBefore = countSockets();
    let open = 0;
    let accepted = 0;
    {
      await using rig = await startRig({
        functions: {
          $connect: () => {
            open += 1;
            accepted += 1;
            return { statusCode: 200 };
          },
          $disconnect: () => void (open -= 1),
          $default: () => undefined,
          echo: (event) =>
            event.kind === "message"
              ? rig.gateway.send(event.connection.connectionId, "alive").catch(() => {})
              : undefined,
        },
        limits: {
          closeTimeoutMs: 500,
          headersTimeoutMs: 2000,
          requestTimeoutMs: 3000,
          firstByteTimeoutMs: 2000,
        },
      });
      const random = new RandomSource(seed);
      await attack(rig, random, 0, Math.min(1000, caseCount));
      const heapBefore = heapBytes();
      await attack(rig, random, Math.min(1000, caseCount), caseCount);
      const client = await rig.connect();
      client.send({ action: "echo" });
      expect(await client.next()).toBe("alive");
      client.socket.close();
      await expect.poll(() => open, { timeout: 10_000 }).toBe(0);
      // Most of them get past the handshake, or they would try nothing but its parser.
      expect(accepted).toBeGreaterThan(caseCount / 2);
      expect(heapBytes() - heapBefore).toBeLessThan(heapGrowthBytes);
      for (const event of ["gateway.fault", "listener.fault"]) expect(rig.events(event)).toEqual([]);
    }
    await expect.poll(countSockets, { timeout: 10_000 }).toBe(socketsBefore);
    process.off("uncaughtException", keep);
    process.off("unhandledRejection", keep);
    expect(faults).toEqual([]);
  },
  60_000 + caseCount * 10,
);

async function attack(rig: Rig, random: RandomSource, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += atATime) {
    const numbers = Array.from({ length: Math.min(atATime, to - first) }, (_, at) => first + at);
    await Promise.all(
      numbers.map((number) => {
        const input = number % 3 === 0 ? hostileHandshake(random) : hostileFrames(random);
        return send(rig.port, input, number);
      }),
    );
  }
}

/** Resolves when both ends are done with each other. */
function send(port: number, { writes, leaves }: HostileInput, number: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // A closed connection keeps its pair of ports for a minute: other addresses have other pairs.
  const localAddress = `127.0.0.${1 + Math.floor(number / 8192)}`;
  const socket = connect({ port, host: "127.0.0.1", noDelay: true, ...(number >= 8192 && { localAddress }) });
  const timer = setTimeout(() => {
    socket.destroy();
    reject(new Error(`Case ${number} of seed ${seed} hangs`));
  }, 15_000);
  socket.on("error", () => {});
  socket.on("close", () => {
    clearTimeout(timer);
    resolve();
  });
  socket.resume();
  for (const bytes of writes) socket.write(bytes);
  if (leaves === "ends") socket.end();
  else socket.once("connect", () => setImmediate(() => socket.resetAndDestroy()));
  return promise;
}

function countSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith("TCP")).length;
}

/** What is in use once everything that can go has gone. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}
