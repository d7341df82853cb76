import { connect, createServer, type Socket } from "node:net";

/**
 * Two sockets that lead to each other and to nobody else, neither of which is read yet: for two processes that get one each.
 * They have no name in the file system, where a server may not be allowed to write.
 */
export async function connectSocketPair(): Promise<readonly [Socket, Socket]> {
  const server = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  try {
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("The server has no port");
    const here = connect({ host: "127.0.0.1", port: address.port }).pause();
    const there = new Promise<Socket>((resolve) => {
      server.on("connection", (socket) => {
        // Somebody else on this machine may have been as quick.
        if (socket.remotePort === here.localPort) resolve(socket);
        else socket.destroy();
      });
    });
    await new Promise((resolve, reject) => here.once("connect", resolve).once("error", reject));
    return [here, await there];
  } finally {
    server.close();
  }
}
