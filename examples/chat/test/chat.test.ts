import { start, type TestApp, type TestClient } from "holdfast/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { openClient } from "../../../packages/holdfast/test/support/holdfast.ts";
import { replay } from "../../test/transcript.ts";

let app: TestApp;

beforeEach(async () => {
  app = await start(new URL("../app.ts", import.meta.url));
});

afterEach(() => app.stop());

const greeting = (name: string): string => `Hi ${name}! You have succesfully connected to the chat`;

/** Resolves when the name is greeted: from then on everybody's messages reach it. */
async function join(username: string, query = {}): Promise<TestClient> {
  const client = await app.connect({ params: { username }, query });
  expect(await client.next()).toBe(greeting(username));
  return client;
}

test("clients of the transcript receive what it says, byte for byte, and nothing else", async () => {
  const { expected, received } = await replay(app, new URL("./transcript.txt", import.meta.url));
  expect(received).toEqual(expected);
});

test("of a hundred who join with one name at once exactly one gets it, and notices nothing of the others", async () => {
  const clients = await Promise.all(
    Array.from({ length: 100 }, () => app.connect({ params: { username: "Ann" } })),
  );
  const taken = { code: 1003, reason: "Username already exists." };
  const ends = await Promise.all(
    clients.map((client) =>
      Promise.race([
        client.closed,
        client.next().then(
          () => undefined,
          () => client.closed,
        ),
      ]),
    ),
  );
  expect(ends.filter((end) => end === undefined)).toHaveLength(1);
  expect(ends.filter((end) => end !== undefined)).toEqual(Array.from({ length: 99 }, () => taken));

  const winner = clients[ends.indexOf(undefined)];
  winner?.send("alone at last");
  expect(await winner?.next()).toBe("Ann: alone at last");
  expect(clients.flatMap(({ messages }) => messages)).toEqual([greeting("Ann"), "Ann: alone at last"]);
});

const departures: Record<string, (socket: WebSocket) => void> = {
  "closes with 1000": (socket) => socket.close(1000),
  "closes without a code": (socket) => socket.close(),
  "closes with a code of its own": (socket) => socket.close(4321, "enough"),
  "is lost without a word": (socket) => socket.terminate(),
  "sends what is no text": (socket) => socket.send(Buffer.from("binary")),
  "sends too much": (socket) => socket.send("x".repeat(200_000)),
};

test.each(Object.entries(departures))("who %s leaves, and the name is free again", async (_how, leave) => {
  const ann = await join("Ann");
  const bob = await openClient(app.url().replace("{username}", "Bob"));
  expect(await ann.next()).toBe("Bob connected to chat");

  leave(bob.socket);

  expect(await ann.next()).toBe("Bob left the chat");
  await join("Bob");
  expect(await ann.next()).toBe("Bob connected to chat");
});

test("who is closed by the app leaves, and the name is free again", async () => {
  const ann = await join("Ann");
  await join("Bob");
  const bob = await app.table<{ name: string; connectionId: string }>("names").get({ name: "Bob" });

  await app.websocket("chat").close(bob?.connectionId ?? "");

  await app.eventually(() => expect(ann.messages.at(-1)).toBe("Bob left the chat"));
  await join("Bob");
});

test("it asks for the port that its clients know", () => {
  expect(app.model.app.port).toBe(9090);
});

test("an age that is empty is none, and a name is what the path says, decoded", async () => {
  const ann = await join("Ann");
  await join("Zoë / 7", { age: "" });
  expect(await ann.next()).toBe("Zoë / 7 connected to chat");
});

test("the words of one connection keep their order", async () => {
  const [ann, bob] = [await join("Ann"), await join("Bob")];
  const words = Array.from({ length: 200 }, (_, index) => `Ann: ${index}`);
  for (const word of words) ann.send(word.slice("Ann: ".length));
  await app.eventually(() => expect(bob.messages.slice(1)).toEqual(words));
});

test("who talks at once is greeted before", async () => {
  const clients = Array.from({ length: 20 }, (_, index) => {
    const socket = new WebSocket(app.url().replace("{username}", `guest ${index}`));
    const messages: string[] = [];
    socket.on("message", (data: Buffer) => messages.push(data.toString()));
    socket.once("open", () => socket.send("hello"));
    return { messages, greeting: greeting(`guest ${index}`), own: `guest ${index}: hello` };
  });
  await app.eventually(
    () => {
      for (const { messages, own } of clients) expect(messages).toContain(own);
    },
    { timeoutMs: 10_000 },
  );
  for (const { messages, greeting: first, own } of clients)
    expect(messages.filter((message) => [first, own].includes(message))).toEqual([first, own]);
});

test("each message is logged at info", async () => {
  const ann = await join("Ann");
  ann.send("hello");
  await app.eventually(() =>
    expect(app.logs).toContainEqual(
      expect.objectContaining({
        level: "info",
        fields: expect.objectContaining({ message: "Ann: hello" }) as object,
      }),
    ),
  );
});

test("a failed send is logged, and the rest still get theirs", async () => {
  const [ann, bob] = [await join("Ann"), await join("Bob")];
  const stuck = await openClient(app.url().replace("{username}", "Stuck"));
  await stuck.next();
  stuck.socket.pause(); // what is sent to it piles up, until it is given up

  const long = "x".repeat(30_000);
  const isLogged = (): boolean => app.logs.some(({ event }) => event === "gateway.slow-consumer");
  let sent = 0;
  for (; !isLogged(); sent += 1) {
    ann.send(long);
    await app.eventually(() => expect(bob.messages.length).toBeGreaterThan(sent + 2));
  }

  await app.eventually(() => expect(bob.messages.at(-1)).toBe("Stuck left the chat"));
  expect(bob.messages.filter((message) => message === `Ann: ${long}`)).toHaveLength(sent);
  stuck.socket.terminate();
});
