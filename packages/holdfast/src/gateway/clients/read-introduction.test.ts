import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { expect, it } from "vitest";
import { systemClock } from "../../base/clock.ts";
import { DeadlineList } from "../deadline-list.ts";
import { sourceOf } from "./client.ts";
import { readIntroduction } from "./read-introduction.ts";

/** What becomes of a socket from elsewhere that begins so: its reading of the header, and what is left to be read. */
async function introduce(bytes: string): Promise<string> {
  const outcome = Promise.withResolvers<string>();
  const server = createServer((socket) => {
    // As the kernel has it of a proxy on another machine.
    Object.defineProperty(socket, "remoteAddress", { value: "192.0.2.9" });
    const tell = (socket_: Socket, headerBytes: number): void =>
      void socket_.once("data", (rest) =>
        outcome.resolve(`${headerBytes} ${sourceOf(socket_)?.address} ${rest.toString()}`),
      );
    socket.on("error", () => {});
    readIntroduction(
      socket,
      new DeadlineList(systemClock, 10_000),
      (headerBytes) => tell(socket, headerBytes),
      () => outcome.resolve("refused"),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const client = connect(typeof address === "object" ? (address?.port ?? 0) : 0, "127.0.0.1");
  client.on("error", () => {});
  client.write(bytes);
  const result = await outcome.promise;
  client.destroy();
  server.close();
  return result;
}

it("a proxy of another machine introduces its client", async () => {
  const header = "PROXY TCP4 203.0.113.7 198.51.100.1 4711 443\r\n";
  expect(await introduce(`${header}GET /`)).toBe(`${header.length} 203.0.113.7 GET /`);
});

it("one that does not is refused", async () => {
  expect(await introduce("GET / HTTP/1.1\r\n\r\n")).toBe("refused");
  expect(await introduce("PROXY TCP4 nobody\r\nGET / HTTP/1.1\r\n\r\n")).toBe("refused");
});
