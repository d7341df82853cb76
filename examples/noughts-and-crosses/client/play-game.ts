import { outcome, tiles, turn, type Mark } from "../public/rules.js";
import type { Connection } from "./connection.ts";
import type { Display } from "./display.ts";

/** Makes a game, or joins the one with this id, and plays it to its end. Rejects with GameEnded when that is not to be. */
export async function playGame(connection: Connection, display: Display, id?: string): Promise<void> {
  const mark = id === undefined ? "x" : "o";
  const game = id ?? (await makeGame(connection, display));
  if (id !== undefined) connection.send({ type: "join", id });
  await connection.next("join");
  display.say(`You are ${mark}.`);

  const moves: string[] = [];
  while (outcome(moves) === undefined) {
    display.board(moves);
    moves.push(turn(moves) === mark ? await move() : await awaitMove());
  }
  display.board(moves);
  display.finish(describe(outcome(moves), mark));

  async function move(): Promise<string> {
    const tile = await Promise.race([askForTile(display, moves), connection.ended]);
    connection.send({ type: "play", tile, id: game });
    return tile;
  }

  async function awaitMove(): Promise<string> {
    display.wait("Waiting for opponent to play");
    return (await connection.next("play")).tile;
  }
}

async function makeGame(connection: Connection, display: Display): Promise<string> {
  connection.send({ type: "start" });
  const { id } = await connection.next("init");
  display.say(`Connected to game: ${id}`);
  display.wait("Waiting for opponent to connect");
  return id;
}

async function askForTile(display: Display, moves: readonly string[]): Promise<string> {
  let problem: string | undefined;
  for (;;) {
    const answer = (await display.ask(problem)).replaceAll(" ", "");
    if (!tiles.includes(answer)) problem = "Type row and column, such as 0,2.";
    else if (moves.includes(answer)) problem = `${answer} is taken.`;
    else return answer;
  }
}

function describe(result: Mark | "draw" | undefined, mark: Mark): string {
  if (result === "draw") return "It is a draw.";
  return result === mark ? "You win!" : "You lose.";
}
