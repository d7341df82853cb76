/** Many clients in a process of their own: it opens them, sends at a steady rate, and counts what comes back. */
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";

export interface ClientsOrder {
  readonly url: string;
  readonly sockets: number;
  readonly messagesPerSecond: number;
  readonly seconds: number;
  /** At the beginning, for so long, at a rate of its own. */
  readonly warmUp: { readonly seconds: number; readonly messagesPerSecond: number };
}

export interface ClientsReport {
  readonly sent: number;
  readonly answered: number;
  /** What should not have come about, the first ones in words. */
  readonly faults: number;
  readonly examples: readonly string[];
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const handshakesAtATime = 100;
const tickMs = 10;
/** How long the last answers may take. */
const patienceMs = 10_000;

async function run(order: ClientsOrder): Promise<ClientsReport> {
  const examples: string[] = [];
  let faults = 0;
  const fault = (what: string): void => {
    faults += 1;
    if (examples.length < 10) examples.push(what);
  };
  const latencies: number[] = [];
  let sent = 0;
  let answered = 0;
  let isOver = false;

  const open = (index: number): Promise<WebSocket> => {
    const socket = new WebSocket(order.url, { perMessageDeflate: false });
    socket.on("message", (data: Buffer) => {
      const [owner, atMs] = data.toString().split(" ");
      if (Number(owner) !== index) fault(`client ${index} got ${data.toString()}`);
      answered += 1;
      latencies[answered % 100_000] = performance.now() - Number(atMs);
    });
    socket.on("close", (code, reason) => {
      if (!isOver) fault(`client ${index} was closed with ${code} ${reason.toString()}`);
    });
    return new Promise((resolve, reject) => {
      socket.once("open", () => resolve(socket));
      socket.once("error", reject);
    });
  };

  const sockets: WebSocket[] = [];
  while (sockets.length < order.sockets) {
    const count = Math.min(handshakesAtATime, order.sockets - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: count }, (_, at) => open(sockets.length + at)))));
  }
  for (const socket of sockets) socket.on("error", (error) => fault(error.message));
  process.send?.("open");

  const startedAt = performance.now();
  const endsAt = startedAt + order.seconds * 1000;
  for (let nowMs = startedAt; nowMs < endsAt; nowMs = performance.now()) {
    const due = Math.floor(dueAfter((nowMs - startedAt) / 1000, order));
    for (; sent < due; sent += 1) {
      const index = sent % sockets.length;
      sockets[index]?.send(`${index} ${performance.now()}`);
    }
    await sleep(tickMs);
  }
  const givesUpAt = performance.now() + patienceMs;
  while (answered < sent && performance.now() < givesUpAt) await sleep(tickMs);
  if (answered !== sent) fault(`${sent - answered} messages were not answered`);
  isOver = true;
  for (const socket of sockets) socket.close();
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
  return { sent, answered, faults, examples, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** How many messages are to be sent by then. */
function dueAfter(seconds: number, { warmUp, messagesPerSecond }: ClientsOrder): number {
  const warm = Math.min(seconds, warmUp.seconds);
  return warm * warmUp.messagesPerSecond + (seconds - warm) * messagesPerSecond;
}

process.once("message", (order: ClientsOrder) => {
  void run(order).then(
    (report) => process.send?.(report, () => process.disconnect()),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
