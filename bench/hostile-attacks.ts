/**
 * Clients that mean harm, each kind at a bounded rate, all from one address, of which a balancer tells. Runs as a child of
 * `hostile-clients.ts`: `node hostile-attacks.ts <kind> <port>` goes on until it is killed.
 */
import { connect, type Socket } from "node:net";

/** How much one kind does in a second at most, in bytes or in sockets: a test of the server, not of the machine. */
const bytesPerSecond = 1024 * 1024;

const [kind = "", portText] = process.argv.slice(2);
const port = Number(portText);

const upgradeRequest =
  "GET /dev HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

/** A client's frame, masked with zeros. */
function clientFrame(opcode: number, text: string, isLast = true): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.alloc(payload.length < 126 ? 6 : 8);
  head[0] = (isLast ? 0x80 : 0) | opcode;
  if (payload.length < 126) head[1] = 0x80 | payload.length;
  else {
    head[1] = 0xfe;
    head.writeUInt16BE(payload.length, 2);
  }
  return Buffer.concat([head, payload]);
}

function open(): Socket {
  const socket = connect({ port, host: "127.0.0.1", localAddress: "127.0.0.2" });
  socket.on("error", () => {});
  socket.write("PROXY TCP4 203.0.113.9 198.51.100.1 4711 80\r\n");
  return socket;
}

/** Opens so many sockets a second, and ends the oldest above `held`. */
function openOften(perSecond: number, held: number, begin: (socket: Socket) => void): void {
  const sockets: Socket[] = [];
  setInterval(() => {
    const socket = open();
    begin(socket);
    sockets.push(socket);
    if (sockets.length > held) sockets.shift()?.destroy();
  }, 1000 / perSecond);
}

/** Behind a handshake, on so many connections, the same bytes again and again: as much as is read, within the rate. */
function floodWith(connections: number, block: Buffer, first: Buffer = Buffer.alloc(0)): void {
  const begin = (): void => {
    const socket = open();
    socket.resume();
    socket.write(Buffer.concat([Buffer.from(upgradeRequest), first]));
    const perBlockMs = (1000 * connections * block.length) / bytesPerSecond;
    const timer = setInterval(() => {
      if (!socket.writableNeedDrain) socket.write(block);
    }, perBlockMs);
    socket.once("close", () => {
      clearInterval(timer);
      setTimeout(begin, 250);
    });
  };
  for (let count = 0; count < connections; count++) begin();
}

const repeat = (frame: Buffer, count: number): Buffer => Buffer.concat(Array<Buffer>(count).fill(frame));

const attacks: Readonly<Record<string, () => void>> = {
  /** What a measurement differs by without any attack. */
  nothing: () => void setInterval(() => {}, 1000),
  /** Ask for much, and read none of it. */
  "slow readers": () =>
    openOften(10, 50, (socket) => {
      socket.pause();
      const big = clientFrame(1, "x".repeat(30_000));
      socket.write(Buffer.concat([Buffer.from(upgradeRequest), repeat(big, 100)]));
    }),
  "half-open sockets": () => openOften(200, 1000, () => {}),
  "handshakes that stop": () =>
    openOften(200, 1000, (socket) => socket.write("GET /dev HTTP/1.1\r\nHost: loc")),
  "a flood of handshakes": () => openOften(300, 150, (socket) => socket.resume().write(upgradeRequest)),
  "a flood of messages": () => floodWith(10, repeat(clientFrame(1, "{}"), 1000)),
  "a flood of pings": () => floodWith(10, repeat(clientFrame(9, ""), 1000)),
  "a flood of close frames": () => floodWith(10, repeat(clientFrame(8, ""), 1000)),
  "endless headers": () =>
    openOften(50, 200, (socket) => {
      socket.write("GET /dev HTTP/1.1\r\nHost: localhost\r\n");
      const timer = setInterval(() => socket.write(`X-More: ${"x".repeat(1000)}\r\n`), 100);
      socket.resume().once("close", () => clearInterval(timer));
    }),
  "frames that lie about their length": () =>
    openOften(50, 200, (socket) => {
      const head = Buffer.from([0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4]);
      socket.resume().write(Buffer.concat([Buffer.from(upgradeRequest), head, Buffer.alloc(16_384)]));
    }),
  "bodies that come slowly": () =>
    openOften(50, 1000, (socket) => {
      socket.write("POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
      const timer = setInterval(() => socket.write("x"), 500);
      socket.resume().once("close", () => clearInterval(timer));
    }),
  "messages that never end": () =>
    floodWith(10, repeat(clientFrame(0, "x", false), 1000), clientFrame(1, "x", false)),
};

const attack = attacks[kind];
if (attack === undefined) process.stdout.write(`${Object.keys(attacks).join("\n")}\n`);
else {
  attack();
  process.send?.("begun");
}
process.once("disconnect", () => process.exit());
