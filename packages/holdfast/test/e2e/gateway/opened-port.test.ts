import { createServer, type Server } from "node:net";
import { once } from "node:events";
import { expect, it } from "vitest";
import { startRig } from "./rig.ts";

async function openPort(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return { server, port: typeof address === "object" ? (address?.port ?? 0) : 0 };
}

it("a port that somebody else opened is taken over, and closed with the listener", async () => {
  const { server, port } = await openPort();
  const asked: unknown[] = [];
  const rig = await startRig({
    functions: { $connect: () => ({ statusCode: 200 }) },
    settings: {
      open: async (...place) => {
        asked.push(place);
        return { port, handle: server };
      },
    },
  });
  expect(asked).toEqual([["127.0.0.1", 0]]);
  expect(rig.port).toBe(port);
  await rig.listener.begin();
  // A client that ends its side still hears: the port's sockets have the listener's own settings.
  const client = await rig.raw();
  client.socket.end("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await client.closed;
  expect(client.text).toContain("404");
  await rig.connect();
  await rig[Symbol.asyncDispose]();
  const again = createServer();
  again.listen(port, "127.0.0.1");
  await once(again, "listening");
  await new Promise((resolve) => again.close(resolve));
});

it("where there is none for an address, the listener opens its own", async () => {
  await using rig = await startRig({ functions: {}, settings: { open: async () => undefined } });
  expect(rig.port).toBeGreaterThan(0);
});
