import { start } from "holdfast/testing";
import { expect, test } from "vitest";

test("the sixth message of a connection in a window is turned away, another connection's first is not", async () => {
  await using app = await start(new URL("../app.ts", import.meta.url));
  // All in one window of ten seconds, most likely; a second try is in one for certain.
  await app.eventually(async () => {
    const [sender, listener] = [await app.connect(), await app.connect()];
    for (const message of ["one", "two", "three", "four", "five"]) {
      sender.send(message);
      expect(await listener.next()).toBe(message);
    }
    sender.send("six");
    expect(await sender.next()).toMatch(/^Slow down/);
    listener.send("hello");
    expect(await sender.next()).toBe("hello");
    expect(listener.messages).toHaveLength(5);
    await Promise.all([sender.close(), listener.close()]);
  });
});

test("the count in a table is the same for all who share it, and no call gets lost", async () => {
  await using app = await start(new URL("./shared-table.ts", import.meta.url));
  const clients = [await app.connect(), await app.connect()];
  for (let count = 0; count < 10; count += 1) for (const client of clients) client.send("take");
  await app.eventually(() => expect(clients.flatMap(({ messages }) => messages)).toHaveLength(20));
  const allowed = clients.flatMap(({ messages }) => messages).filter((message) => message === "true");
  expect(allowed).toHaveLength(5);
});
