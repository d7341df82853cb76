#!/usr/bin/env node
import { parseArgs } from "node:util";
import { connect } from "./client/connection.ts";
import { findServer } from "./client/find-server.ts";
import { GameEnded } from "./client/game-ended.ts";
import { openDisplay } from "./client/open-display.ts";
import { playGame } from "./client/play-game.ts";

const usage = `Noughts and crosses, for two.

  noughts-and-crosses new               make a game, and wait for another player
  noughts-and-crosses join --id <game>  join the game of another player

  --url <url>   the server, such as ws://localhost:3333/dev. Unless given: WEBSOCKET_URL of
                the environment, else the app that \`holdfast dev\` runs.
`;

process.exitCode = await main();

/** 0: the game was played to its end. 1: it was not. 2: the command is not understood. 130: Ctrl-C. */
async function main(): Promise<number> {
  const asked = readCommand();
  if (typeof asked === "string") {
    process.stderr.write(asked);
    return 2;
  }
  if (asked.help) {
    process.stdout.write(usage);
    return 0;
  }
  try {
    const connection = await connect(await findServer(asked.url));
    const display = openDisplay(() => connection.end(new GameEnded("You left the game.", 130)));
    try {
      await playGame(connection, display, asked.id);
      return 0;
    } finally {
      display.close();
      connection.close();
    }
  } catch (error) {
    if (!(error instanceof GameEnded)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}

interface Command {
  readonly help: boolean;
  readonly url: string | undefined;
  /** Of the game to join; a new one without. */
  readonly id: string | undefined;
}

/** What was asked for, or what is wrong with it. */
function readCommand(): Command | string {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { id: { type: "string" }, url: { type: "string" }, help: { type: "boolean", short: "h" } },
    });
    const { id, url, help = false } = values;
    const [verb, ...rest] = positionals;
    const isNew = verb === "new" && id === undefined;
    const isJoin = verb === "join" && id !== undefined && id !== "";
    return help || ((isNew || isJoin) && rest.length === 0) ? { help, url, id } : usage;
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}
