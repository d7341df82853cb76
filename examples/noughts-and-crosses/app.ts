import { randomUUID } from "node:crypto";
import { App, ConditionFailedError, GoneError } from "holdfast";
import { join, play, start, type ServerMessage } from "./messages.ts";
import { outcome, turn } from "./public/rules.js";

const app = new App("noughts-and-crosses");
export default app;

interface Game {
  GameId: string;
  /** The connections of the players; x made the game. */
  x: string;
  o?: string;
  moves: readonly string[];
  /** Seconds since 1970. */
  ttl: number;
}

const games = app.table<Game, "GameId">("games", {
  key: "GameId",
  ttl: "ttl",
  indexes: { byX: { key: "x" }, byO: { key: "o" } },
});

const ws = app.websocket<{ messages: ServerMessage; routes: "start" | "join" | "play" }>("game", {
  routeSelectionExpression: "${request.body.type}",
});

ws.on("start", { body: start, ordered: true }, async ({ connectionId }) => {
  const id = randomUUID();
  const sixHoursFromNow = Math.floor(Date.now() / 1000) + 6 * 60 * 60;
  await games.put({ GameId: id, x: connectionId, moves: [], ttl: sixHoursFromNow });
  return { type: "init", id };
});

ws.on("join", { body: join, ordered: true }, async ({ connectionId, body: { id } }) => {
  try {
    // Looking and sitting down are one step: of many who join at once, one gets the seat.
    const seatIsFree = { x: { exists: true, ne: connectionId }, o: { exists: false } };
    const game = await games.update({ GameId: id }, { set: { o: connectionId } }, { if: seatIsFree });
    await tell(game.x, { type: "join", id });
    await tell(connectionId, { type: "join", id });
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    const game = await findGame(id);
    const isTwice = game.x === connectionId;
    return refuse(id, isTwice ? "You are in this game already" : "This game has two players already");
  }
});

// In order, so that a move that was made just before leaving counts.
ws.on("play", { body: play, ordered: true }, async ({ connectionId, body: { id, tile } }) => {
  const game = await findGame(id);
  const refusal = whyNot(game, connectionId, tile);
  if (refusal !== undefined) return refuse(id, refusal);
  try {
    const nobodyMovedSince = { moves: { eq: game.moves } };
    await games.update({ GameId: id }, { set: { moves: [...game.moves, tile] } }, { if: nobodyMovedSince });
  } catch (error) {
    if (error instanceof ConditionFailedError) return refuse(id, "It is not your turn");
    throw error;
  }
  await tell(connectionId === game.x ? game.o : game.x, { type: "play", id, tile });
});

ws.onDisconnect(async ({ connectionId }) => {
  for await (const { GameId } of games.query({ x: connectionId }, { index: "byX" }))
    await end(GameId, connectionId);
  for await (const { GameId } of games.query({ o: connectionId }, { index: "byO" }))
    await end(GameId, connectionId);
});

app.static("public");

/** Throws for a game that is not there: its caller gets "Internal server error", and the log says why. */
async function findGame(id: string): Promise<Game> {
  const game = await games.get({ GameId: id });
  if (game === undefined) throw new Error(`There is no game ${id}`);
  return game;
}

function whyNot({ x, o, moves }: Game, player: string, tile: string): string | undefined {
  if (player !== x && player !== o) return "You are not in this game";
  if (o === undefined) return "Nobody has joined this game yet";
  if (outcome(moves) !== undefined) return "This game is over";
  if (player !== { x, o }[turn(moves)]) return "It is not your turn";
  if (moves.includes(tile)) return `${tile} is taken`;
  return undefined;
}

function refuse(id: string, message: string): ServerMessage {
  return { type: "error", id, message };
}

/** Takes a player's game away, and tells the other player unless it was over anyway. */
async function end(id: string, leaver: string): Promise<void> {
  const game = await games.delete({ GameId: id });
  if (game === undefined) return; // both left at once
  if (outcome(game.moves) !== undefined) return;
  await tell(leaver === game.x ? game.o : game.x, { type: "leave", id });
}

async function tell(player: string | undefined, message: ServerMessage): Promise<void> {
  if (player === undefined) return;
  await ws.send(player, message).catch((error: unknown) => {
    // Whoever has gone has a disconnect handler of their own, which ends the game.
    if (!(error instanceof GoneError)) throw error;
  });
}
