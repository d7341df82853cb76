import { readFile } from "node:fs/promises";
import { start, type TestApp, type TestClient } from "holdfast/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let app: TestApp;

beforeEach(async () => {
  app = await start(new URL("../app.ts", import.meta.url));
});

afterEach(() => app.stop());

interface Opened {
  readonly ann: TestClient;
  readonly bob: TestClient;
  readonly id: string;
}

async function startGame(client: TestClient): Promise<string> {
  client.send({ type: "start" });
  return (await client.nextJson<{ id: string }>()).id;
}

/** A game of two: Ann is x, and moves first. */
async function openGame(): Promise<Opened> {
  const [ann, bob] = [await app.connect(), await app.connect()];
  const id = await startGame(ann);
  bob.send({ type: "join", id });
  await Promise.all([ann.next(), bob.next()]);
  return { ann, bob, id };
}

const error = (id: string, message: string): object => ({ type: "error", id, message });

test("the transcript is replayed byte for byte", async () => {
  const transcript = await readFile(new URL("./transcript.txt", import.meta.url), "utf8");
  const clients = new Map<string, TestClient>();
  let id = "G";
  for (const [, who = "", what = "", text = ""] of transcript.matchAll(/^(\w+) (opens|[<>]) ?(.*)$/gm)) {
    const client = clients.get(who) ?? (await app.connect());
    clients.set(who, client);
    if (what === ">") client.send(text.replace("G", id));
    if (what !== "<") continue;
    const message = await client.next();
    if (id === "G") id = (JSON.parse(message) as { id: string }).id;
    expect(message).toBe(text.replace("G", id));
  }
  expect(id).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
  expect([...clients.values()].map(({ messages }) => messages.length)).toEqual([4, 4]);
});

test("of fifty who join at once exactly one plays, and the others are told that the game is full", async () => {
  const ann = await app.connect();
  const id = await startGame(ann);
  const others = await Promise.all(Array.from({ length: 50 }, () => app.connect()));
  for (const other of others) other.send({ type: "join", id });

  const answers = await Promise.all(others.map((other) => other.nextJson<{ type: string }>()));
  expect(answers.filter(({ type }) => type === "join")).toEqual([{ type: "join", id }]);
  const refused = answers.filter(({ type }) => type !== "join");
  expect(refused).toEqual(Array.from({ length: 49 }, () => error(id, "This game has two players already")));

  const player = others[answers.findIndex(({ type }) => type === "join")];
  ann.send({ type: "play", tile: "1,1", id });
  expect(await player?.nextJson()).toEqual({ type: "play", id, tile: "1,1" });
  expect(ann.messages).toHaveLength(2);
});

test("a game lasts six hours, in one item with both players", async () => {
  const { id } = await openGame();
  const [row, ...others] = await app.rows<{ GameId: string; x: string; o: string; ttl: number }>("games");
  expect(others).toEqual([]);
  expect(row).toMatchObject({ GameId: id, x: expect.any(String) as string, o: expect.any(String) as string });
  expect(row?.ttl).toBeCloseTo(Date.now() / 1000 + 6 * 60 * 60, -2);
});

test("who makes a game cannot join it as well", async () => {
  const ann = await app.connect();
  const id = await startGame(ann);
  ann.send({ type: "join", id });
  expect(await ann.nextJson()).toEqual(error(id, "You are in this game already"));
});

describe("what the gateway answers", () => {
  test.each(["join", "play"])(
    "a %s of a game that is not there is a fault that its caller sees",
    async (type) => {
      const ann = await app.connect();
      ann.send({ type, id: "nowhere", tile: "0,0" });
      expect(await ann.nextJson()).toMatchObject({ message: "Internal server error" });
      await app.eventually(() => expect(JSON.stringify(app.logs)).toContain("There is no game nowhere"));
    },
  );

  test.each(["hello", "{}", '{"type":"other"}', '{"action":"start"}'])("%s is forbidden", async (text) => {
    const ann = await app.connect();
    ann.send(text);
    expect(await ann.nextJson()).toMatchObject({ message: "Forbidden" });
  });

  test.each([
    { type: "join" },
    { type: "join", id: 7 },
    { type: "play", id: "G", tile: "3,0" },
    { type: "play", id: "G", tile: [0, 0] },
  ])("%j is no message of the game", async (message) => {
    const ann = await app.connect();
    ann.send(message);
    expect(await ann.nextJson()).toMatchObject({ message: "Bad request body" });
  });
});

describe("a move that is refused reaches nobody else", () => {
  test("before anybody has joined", async () => {
    const ann = await app.connect();
    const id = await startGame(ann);
    ann.send({ type: "play", id, tile: "0,0" });
    expect(await ann.nextJson()).toEqual(error(id, "Nobody has joined this game yet"));
  });

  test("out of turn, onto a taken tile, or by somebody else", async () => {
    const { ann, bob, id } = await openGame();
    bob.send({ type: "play", id, tile: "0,0" });
    expect(await bob.nextJson()).toEqual(error(id, "It is not your turn"));

    ann.send({ type: "play", id, tile: "0,0" });
    expect(await bob.nextJson()).toEqual({ type: "play", id, tile: "0,0" });
    bob.send({ type: "play", id, tile: "0,0" });
    expect(await bob.nextJson()).toEqual(error(id, "0,0 is taken"));

    const eve = await app.connect();
    eve.send({ type: "play", id, tile: "2,2" });
    expect(await eve.nextJson()).toEqual(error(id, "You are not in this game"));
    expect(ann.messages).toHaveLength(2);
  });

  test("two at once: the game takes one of them", async () => {
    const { ann, bob, id } = await openGame();
    for (const tile of ["0,0", "1,1", "2,2"]) ann.send({ type: "play", id, tile });
    const refusals = [await ann.nextJson(), await ann.nextJson()];
    expect(refusals).toEqual([error(id, "It is not your turn"), error(id, "It is not your turn")]);
    expect(await bob.nextJson()).toMatchObject({ type: "play" });
    expect(bob.messages).toHaveLength(2);
  });

  test("when the game is over", async () => {
    const { ann, bob, id } = await openGame();
    for (const [index, tile] of ["0,0", "1,0", "0,1", "1,1", "0,2"].entries()) {
      const [mover, other] = index % 2 === 0 ? [ann, bob] : [bob, ann];
      mover.send({ type: "play", id, tile });
      expect(await other.nextJson()).toMatchObject({ tile });
    }
    bob.send({ type: "play", id, tile: "1,2" });
    expect(await bob.nextJson()).toEqual(error(id, "This game is over"));
  });
});

describe("a player who leaves ends the game for the other", () => {
  test.each(["ann", "bob"] as const)("%s", async (leaver) => {
    const game = await openGame();
    const other = leaver === "ann" ? game.bob : game.ann;
    game[leaver].terminate();
    expect(await other.nextJson()).toEqual({ type: "leave", id: game.id });
    await app.eventually(async () => expect(await app.rows("games")).toEqual([]));
    expect(other.messages).toHaveLength(game.ann === other ? 3 : 2);
  });

  test("in all of their games, one that nobody has joined included", async () => {
    const { ann, bob, id } = await openGame();
    const second = await startGame(bob);
    await startGame(ann);
    ann.send({ type: "join", id: second });
    expect(await bob.nextJson()).toEqual({ type: "join", id: second });
    await ann.close();
    const left = [await bob.nextJson(), await bob.nextJson()];
    expect(left).toEqual([
      { type: "leave", id },
      { type: "leave", id: second },
    ]);
    await app.eventually(async () => expect(await app.rows("games")).toEqual([]));
  });

  test("but not before a move that was made just before, with which the game may be over", async () => {
    const { ann, bob, id } = await openGame();
    for (const [index, tile] of ["0,0", "1,0", "0,1", "1,1"].entries()) {
      const [mover, other] = index % 2 === 0 ? [ann, bob] : [bob, ann];
      mover.send({ type: "play", id, tile });
      await other.next();
    }
    ann.send({ type: "play", id, tile: "0,2" });
    await ann.close();
    expect(await bob.nextJson()).toEqual({ type: "play", id, tile: "0,2" });
    await app.eventually(async () => expect(await app.rows("games")).toEqual([]));
    expect(bob.messages).toHaveLength(4);
  });

  test("when both leave at once nothing fails", async () => {
    const { ann, bob } = await openGame();
    ann.terminate();
    bob.terminate();
    await app.eventually(async () => expect(await app.rows("games")).toEqual([]));
    expect(app.logs.filter(({ level }) => level === "error")).toEqual([]);
  });
});
