import { spawn } from "node:child_process";
import { access, constants, cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { start, type TestApp } from "holdfast/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startDev } from "../../../packages/holdfast/test/support/holdfast.ts";
import {
  hasPseudoTerminal,
  PseudoTerminal,
  type TerminalOptions,
} from "../../../packages/holdfast/test/support/pseudo-terminal.ts";

if (!hasPseudoTerminal)
  console.warn("noughts and crosses: NOT played on terminals, for there is no python3 here for one");

const example = fileURLToPath(new URL("../", import.meta.url));
const cli = path.join(example, "cli.ts");
/** Programs take their time to start on a busy machine. */
const startTimeoutMs = 30_000;
const ctrlC = "\u0003";
const emptyBoard = [
  " 0,0 │     │ 0,2",
  "─────┼─────┼─────",
  "     │     │",
  "─────┼─────┼─────",
  " 2,0 │     │ 2,2",
];

let app: TestApp;

beforeEach(async () => {
  app = await start(new URL("../app.ts", import.meta.url));
});

afterEach(() => app.stop());

/** The command on a terminal of its own. */
function openTerminal(args: readonly string[], options: TerminalOptions = {}): PseudoTerminal {
  return new PseudoTerminal([process.execPath, cli, ...args, "--url", app.url()], options);
}

async function gameOf(terminal: PseudoTerminal): Promise<string> {
  const isWaiting = (lines: readonly string[]): boolean => lines.at(-1)?.endsWith("to connect") === true;
  const lines = await terminal.until(isWaiting, startTimeoutMs);
  return /^Connected to game: (\S+)$/m.exec(lines.join("\n"))?.[1] ?? "";
}

/** A game on two terminals; x is the one who made it. */
async function openGame(options?: TerminalOptions): Promise<[x: PseudoTerminal, o: PseudoTerminal]> {
  const x = openTerminal(["new"], options);
  const o = openTerminal(["join", "--id", await gameOf(x)], options);
  await x.until((lines) => lines.at(-1) === "Enter turn:", startTimeoutMs);
  await o.until((lines) => lines.at(-1)?.endsWith("to play") === true, startTimeoutMs);
  return [x, o];
}

async function playAll(players: [PseudoTerminal, PseudoTerminal], tiles: readonly string[]): Promise<void> {
  for (const [index, tile] of tiles.entries()) {
    const player = players[index % 2 === 0 ? 0 : 1];
    await player.untilShown("Enter turn:");
    player.type(`${tile}\r`);
    await player.until((lines) => !lines.some((line) => line.startsWith("Enter turn:")));
  }
}

describe.skipIf(!hasPseudoTerminal)("two players on terminals", () => {
  test("play a game that x wins", async () => {
    const [x, o] = await openGame();
    await using _x = x;
    await using _o = o;
    expect(x.screen.lines.slice(1)).toEqual(["You are x.", "", ...emptyBoard, "", "", "Enter turn:"]);
    await playAll([x, o], ["0,0", "1,1", "0,1", "2,2", "0,2"]);
    expect(await Promise.all([x.exited, o.exited])).toEqual([0, 0]);
    const board = [
      "  x  │  x  │  x",
      "─────┼─────┼─────",
      "     │  o  │",
      "─────┼─────┼─────",
      " 2,0 │     │  o",
    ];
    expect(x.screen.lines.slice(1)).toEqual(["You are x.", "", ...board, "", "You win!", ""]);
    expect(o.screen.lines).toEqual(["You are o.", "", ...board, "", "You lose.", ""]);
  });

  test("play a game that o wins", async () => {
    const players = await openGame();
    await using _x = players[0];
    await using _o = players[1];
    await playAll(players, ["0,0", "1,1", "0,1", "0,2", "2,2", "2,0"]);
    expect(await Promise.all(players.map(({ exited }) => exited))).toEqual([0, 0]);
    expect(players.map(({ screen }) => screen.lines.at(-2))).toEqual(["You lose.", "You win!"]);
  });

  test("play a draw", async () => {
    const players = await openGame();
    await using _x = players[0];
    await using _o = players[1];
    await playAll(players, ["0,0", "1,1", "2,2", "0,1", "2,1", "2,0", "0,2", "1,2", "1,0"]);
    expect(await Promise.all(players.map(({ exited }) => exited))).toEqual([0, 0]);
    expect(players.map(({ screen }) => screen.lines.at(-2))).toEqual(["It is a draw.", "It is a draw."]);
  });

  test("one leaves, and the other hears of it while it is asked", async () => {
    const [x, o] = await openGame();
    await using _x = x;
    await using _o = o;
    x.type("0,");
    await x.untilShown("Enter turn: 0,");
    o.type(ctrlC);
    expect(await Promise.all([x.exited, o.exited])).toEqual([1, 130]);
    expect(x.screen.lines.at(-2)).toBe("The other player has left the game.");
    expect(o.screen.lines.at(-2)).toBe("You left the game.");
  });

  test("one is killed while the other waits", async () => {
    const [x, o] = await openGame();
    await using _o = o;
    await x[Symbol.asyncDispose]();
    expect(await o.exited).toBe(1);
    expect(o.screen.lines.slice(1)).toEqual([
      "",
      ...emptyBoard,
      "",
      "The other player has left the game.",
      "",
    ]);
  });

  test("the server goes", async () => {
    const players = await openGame();
    await using _x = players[0];
    await using _o = players[1];
    await app.stop();
    expect(await Promise.all(players.map(({ exited }) => exited))).toEqual([1, 1]);
    for (const { screen } of players)
      expect(screen.lines.at(-2)).toMatch(/^The connection to the server is lost \(\d+\)\.$/);
  });

  test("are asked again after what is no tile, or a taken one, and can correct what they type", async () => {
    const players = await openGame();
    const [x, o] = players;
    await using _x = x;
    await using _o = o;
    await playAll([x, o], ["1,1"]);
    await o.untilShown("Enter turn:");
    for (const [typed, problem] of [
      ["3,0", "Type row and column, such as 0,2."],
      ["1,1", "1,1 is taken."],
      ["", "Type row and column, such as 0,2."],
    ]) {
      o.type(`${typed}\r`);
      await o.untilShown(problem ?? "");
    }
    o.type("0,1\u007f\u001b[A 2\r");
    await x.untilShown("Enter turn:");
    expect(x.screen.lines).toContain(" 0,0 │     │  o");
  });

  test("see colours, but not with NO_COLOR", async () => {
    // oxlint-disable-next-line no-control-regex -- they begin with one
    const colour = /\u001b\[\d+m/;
    const coloured = await openGame();
    await using _x = coloured[0];
    await using _o = coloured[1];
    expect(coloured[0].output).toMatch(colour);
    const plain = await openGame({ env: { NO_COLOR: "1" } });
    await using _plainX = plain[0];
    await using _plainO = plain[1];
    expect(plain[0].output + plain[1].output).not.toMatch(colour);
  });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Piped {
  /** Resolves with the standard output once it holds the text. */
  untilWritten(text: string): Promise<string>;
  readonly ended: Promise<Ended>;
}

/** The command with pipes at all ends. */
function pipe(
  args: readonly string[],
  input: string,
  env: Readonly<Record<string, string>> = {},
  cwd = example,
  program = cli,
): Piped {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, timeout: 25_000 });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on("error", () => {}).end(input);
  return {
    async untilWritten(text) {
      await expect.poll(() => stdout, { timeout: 10_000 }).toContain(text);
      return stdout;
    },
    ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr }))),
  };
}

async function pipedGame(inputOfX: string, inputOfO: string): Promise<[x: Ended, o: Ended]> {
  const env = { WEBSOCKET_URL: app.url() };
  const x = pipe(["new"], inputOfX, env);
  const id = (await x.untilWritten("Waiting for opponent to connect\n")).split("\n")[0]?.split(": ")[1] ?? "";
  const o = pipe(["join", "--id", id], inputOfO, env);
  return Promise.all([x.ended, o.ended]);
}

describe("through pipes", () => {
  test("a game is lines of text, from which nothing is ever taken back", async () => {
    const [x, o] = await pipedGame("0,0\n0,1\n0,2\n", "1,1\n9\n0,1\n2,2\n");
    expect([x.code, o.code, x.stderr, o.stderr]).toEqual([0, 0, "", ""]);
    expect(o.stdout).toBe(await readFile(new URL("./piped-game.txt", import.meta.url), "utf8"));
    expect(x.stdout).toMatch(/^Connected to game: \S+\nWaiting for opponent to connect\nYou are x\.\n/);
    expect(x.stdout).toMatch(/You win!\n$/);
  });

  test("a player who has nothing more to say leaves, and the other is told", async () => {
    const [x, o] = await pipedGame("0,0\n", "1,1\n");
    expect([x.code, x.stderr]).toEqual([1, "It was your turn, but there was nothing more to read.\n"]);
    expect([o.code, o.stderr]).toEqual([1, "The other player has left the game.\n"]);
  });

  test("a third player is told that the game is full", async () => {
    const [ann, bob] = [await app.connect(), await app.connect()];
    ann.send({ type: "start" });
    const { id } = await ann.nextJson<{ id: string }>();
    bob.send({ type: "join", id });
    await bob.next();
    const { code, stdout, stderr } = await pipe(["join", "--id", id, "--url", app.url()], "").ended;
    expect([code, stdout, stderr]).toEqual([1, "", "This game has two players already.\n"]);
  });

  test.each([
    [
      ["join", "--id", "nowhere"],
      1,
      /^The server says "Internal server error". Is the id of the game right\?\n$/,
    ],
    [
      ["new", "--url", "ws://localhost:1/dev"],
      1,
      /^Cannot connect to ws:\/\/localhost:1\/dev: .*ECONNREFUSED.*\n$/,
    ],
    [["new", "--url", "nonsense"], 1, /^Cannot connect to nonsense: .+\n$/],
    [["join"], 2, /^Noughts and crosses, for two\./],
    [["new", "--id", "G"], 2, /^Noughts and crosses, for two\./],
    [["new", "--colour"], 2, /^Unknown option '--colour'[^]*Noughts and crosses, for two\./],
  ])("%j exits with %i and says why", async (args, expected, words) => {
    const { code, stdout, stderr } = await pipe(args, "", { WEBSOCKET_URL: app.url() }).ended;
    expect([code, stdout]).toEqual([expected, ""]);
    expect(stderr).toMatch(words);
  });
});

/** The repository as far as a reader needs it, so that an app that runs here is not in the way. */
async function copyExample(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "noughts-and-crosses-"));
  const isOurs = (file: string): boolean => !file.includes(".holdfast");
  await cp(example, path.join(folder, "examples/noughts-and-crosses"), { recursive: true, filter: isOurs });
  await symlink(path.join(example, "../../node_modules"), path.join(folder, "node_modules"));
  return folder;
}

test("the server that holdfast dev runs is found, from its folder and from anywhere", async () => {
  const folder = await copyExample();
  const copy = path.join(folder, "examples/noughts-and-crosses");
  const env = { WEBSOCKET_URL: "" };
  const nowhere = await pipe(["new"], "", env, folder).ended;
  expect(nowhere.stderr).toMatch(/^No server is running here\./);
  const dev = await startDev(copy);
  try {
    const here = pipe(["new"], "", env, copy);
    const anywhere = pipe(["new"], "", env, tmpdir(), path.join(copy, "cli.ts"));
    for (const player of [here, anywhere]) await player.untilWritten("Waiting for opponent to connect");
    await dev.stop();
    for (const player of [here, anywhere]) expect(await player.ended).toMatchObject({ code: 1 });
  } finally {
    await dev.stop();
    await rm(folder, { recursive: true });
  }
});

describe.skipIf(!hasPseudoTerminal)("the README", () => {
  test(
    "its commands work as they stand there, and its terminal shows what it says",
    { timeout: 90_000 },
    async () => {
      const readme = await readFile(path.join(example, "README.md"), "utf8");
      const commands = [...readme.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, lines = ""]) =>
        lines.trim().split("\n"),
      );
      const [dev, make, join, ...others] = commands.map((command) => command.replace(/ +#.*$/, ""));
      expect(dev).toBe("npx holdfast dev examples/noughts-and-crosses");
      expect(others).toEqual([]);
      const folder = await copyExample();
      const running = await startDev(folder, "examples/noughts-and-crosses");
      const options = { cwd: folder, env: { WEBSOCKET_URL: running.url, npm_config_progress: "false" } };
      try {
        await using x = new PseudoTerminal((make ?? "").split(" "), options);
        const id = await gameOf(x);
        await using o = new PseudoTerminal((join ?? "").replace("<id>", id).split(" "), options);
        await x.until((all) => all.at(-1) === "Enter turn:", startTimeoutMs);
        await playAll([x, o], ["1,1", "0,0", "0,2", "2,0"]);
        const lines = await x.until((all) => all.at(-1) === "Enter turn:");
        const shown = lines.slice(lines.findIndex((line) => line.startsWith("Connected")));
        expect(readme).toContain(shown.join("\n").replace(id, "0b5c6f0e-3a39-4f4c-9d0f-6d1f3a1f8a55"));
      } finally {
        await running.stop();
        await rm(folder, { recursive: true });
      }
    },
  );
});

test("the command is an executable of the package", async () => {
  const { bin } = JSON.parse(await readFile(path.join(example, "package.json"), "utf8")) as { bin: string };
  await access(path.join(example, bin), constants.X_OK);
  expect(path.join(example, bin)).toBe(cli);
});
