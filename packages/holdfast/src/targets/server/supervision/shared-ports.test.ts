import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { SharedPorts, type SharedPort } from "./shared-ports.ts";

describe("ports that workers share", () => {
  const opened: { close(): unknown }[] = [];

  afterEach(() => {
    for (const one of opened.splice(0)) one.close();
  });

  function makePorts(): SharedPorts {
    const ports = new SharedPorts();
    opened.push(ports);
    return ports;
  }

  async function listenOn({ handle }: SharedPort): Promise<Server> {
    const server = createServer((socket) => socket.end("hello"));
    server.listen(handle);
    await once(server, "listening");
    opened.push(server);
    return server;
  }

  async function greet(port: number): Promise<string> {
    const socket = connect({ host: "127.0.0.1", port });
    const [data] = (await once(socket, "data")) as [Buffer];
    return data.toString();
  }

  it("are the same for each worker that asks for the same, and others for one that asks twice", async () => {
    const ports = makePorts();
    const [first, second] = [ports.forWorker(), ports.forWorker()];
    const one = await first.open("127.0.0.1", 0);
    const two = await first.open("127.0.0.1", 0);
    expect(two.port).not.toBe(one.port);
    expect(await second.open("127.0.0.1", 0)).toBe(one);
    expect(await second.open("127.0.0.1", 0)).toBe(two);
  });

  it("take clients by whoever listens on them, under a name as under an address", async () => {
    const port = await makePorts().forWorker().open("localhost", 0);
    await listenOn(port);
    const socket = connect({ host: "localhost", port: port.port });
    expect(String((await once(socket, "data")) as [Buffer])).toBe("hello");
  });

  it("are closed once the worker that took over does not want them", async () => {
    const ports = makePorts();
    const kept = await ports.forWorker().open("127.0.0.1", 0);
    const dropped = await ports.forWorker().open("127.0.0.1", await freePort());
    const next = ports.forWorker();
    expect(await next.open("127.0.0.1", 0)).toBe(kept);
    next.closeOthers();
    await listenOn(kept);
    expect(await greet(kept.port)).toBe("hello");
    const again = createServer();
    again.listen(dropped.port, "127.0.0.1");
    await once(again, "listening");
    again.close();
  });

  it("say why they cannot be opened", async () => {
    const other = createServer();
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    opened.push(other);
    const address = other.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const worker = makePorts().forWorker();
    await expect(worker.open("127.0.0.1", port)).rejects.toMatchObject({ code: "ADDRESS_IN_USE" });
    await expect(worker.open("192.0.2.1", 0)).rejects.toMatchObject({ code: "ADDRESS_NOT_AVAILABLE" });
    await expect(worker.open("no-such-host.invalid", 0)).rejects.toMatchObject({
      code: "ADDRESS_NOT_AVAILABLE",
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}
