import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectProgram } from "../support/connect-process.ts";
import { hasPseudoTerminal, PseudoTerminal, type TerminalOptions } from "../support/pseudo-terminal.ts";
import { startTalkingServer, type TalkingServer } from "../support/talking-server.ts";

if (!hasPseudoTerminal)
  console.warn("connect: the prompt is NOT tested, for there is no python3 here for a terminal");

const keys = {
  up: "\u001b[A",
  left: "\u001b[D",
  enter: "\r",
  backspace: "\u007f",
  ctrlC: "\u0003",
  ctrlD: "\u0004",
};
// The screen is asked again and again, for between erasing and drawing it shows less than it will.
const patience = { timeout: 15_000 };
const stamp = /^\d\d:\d\d:\d\d\.\d{3} /;

let server: TalkingServer;
let state = "";

beforeEach(async () => {
  server = await startTalkingServer();
  state = await mkdtemp(path.join(tmpdir(), "holdfast-connect-"));
});

afterEach(async () => {
  await server.stop();
  await rm(state, { recursive: true });
});

async function openPrompt(
  args: readonly string[] = [],
  options: TerminalOptions = {},
): Promise<PseudoTerminal> {
  const env = { XDG_STATE_HOME: state, ...options.env };
  const terminal = new PseudoTerminal([...connectProgram, server.url, ...args], { ...options, env });
  await terminal.until((lines) => lines.some((line) => line.endsWith("closes)")) && lines.at(-1) === ">");
  return terminal;
}

/** The screen without the greeting and without times, which differ each time. */
function talk(terminal: PseudoTerminal): string[] {
  const lines = terminal.screen.lines.map((line) => line.replace(stamp, ""));
  // The greeting has a second row on a narrow screen.
  return lines.slice(lines.findIndex((line) => line.endsWith("closes)")) + 1);
}

describe.skipIf(!hasPseudoTerminal)("the prompt", () => {
  it("shows what was sent and what came with time and arrow", async () => {
    await using terminal = await openPrompt();
    terminal.type(`hello${keys.enter}`);
    await expect.poll(() => talk(terminal), patience).toEqual(["→ hello", "← hello", ">"]);
    expect(terminal.screen.lines.filter((line) => stamp.test(line))).toHaveLength(2);
  });

  it("stays whole below frames that come while a long line is typed", async () => {
    await using terminal = await openPrompt([], { columns: 40, rows: 30 });
    let typed = "";
    for (let round = 0; round < 20; round += 1) {
      // From nothing to more than a row at once, as typing and pasting do.
      const text = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOP".slice(0, (round * 17) % 47);
      terminal.type(text);
      typed += text;
      server.push(`frame ${round}`);
      if (round % 3 === 0) await terminal.untilShown(`frame ${round}`);
    }
    const frames = Array.from({ length: 20 }, (_, round) => `← frame ${round}`);
    await expect
      .poll(() => talk(terminal), patience)
      .toEqual([...frames, ...(`> ${typed}`.match(/.{1,40}/g) ?? [])]);
    terminal.type(keys.enter);
    await terminal.until(() => server.received.length === 1 && talk(terminal).at(-1) === ">");
    expect(server.received).toEqual([typed]);
  });

  it("lets a pasted line of several rows be edited without drawing it twice", async () => {
    await using terminal = await openPrompt([], { columns: 40, rows: 10 });
    const text = "0123456789".repeat(9);
    terminal.type(text);
    await terminal.until(() => talk(terminal).join("").endsWith(`> ${text}`));
    terminal.type(`${keys.backspace}${keys.left.repeat(60)}!`);
    const edited = `> ${text.slice(0, 29)}!${text.slice(29, -1)}`;
    await expect.poll(() => talk(terminal), patience).toEqual(edited.match(/.{1,40}/g) ?? []);
  });

  it("takes a pasted line of many kilobytes without delay", async () => {
    await using terminal = await openPrompt();
    const text = `mute ${"0123456789".repeat(5_000)}`;
    terminal.type(`${text}${keys.enter}`);
    // Key by key this takes several minutes.
    await expect.poll(() => server.received, patience).toEqual([text]);
  });

  it("remembers in a second run what was sent in the first, an object of several lines as one entry", async () => {
    {
      await using first = await openPrompt();
      first.type(`{"action":\r"join"}\r`);
      await first.untilShown("←");
      first.type(`second${keys.enter}`);
      await first.untilShown("← second");
      first.type(keys.ctrlD);
      expect(await first.exited).toBe(0);
    }
    await using second = await openPrompt();
    second.type(keys.up + keys.up);
    await second.untilShown('> {"action": "join"}');
    second.type(keys.enter);
    await second.until(() => server.received.length === 3);
    expect(server.received).toEqual(['{"action":\n"join"}', "second", '{"action": "join"}']);
    expect((await stat(path.join(state, "holdfast", "connect-history"))).mode & 0o777).toBe(0o600);
  });

  it("works without a history where none can be kept", async () => {
    await writeFile(path.join(state, "file"), "");
    await using terminal = await openPrompt([], { env: { XDG_STATE_HOME: path.join(state, "file") } });
    terminal.type(`hello${keys.enter}`);
    await terminal.untilShown("← hello");
    terminal.type(keys.up);
    await terminal.untilShown("> hello");
    terminal.type(keys.ctrlC + keys.ctrlC);
    expect(await terminal.exited).toBe(0);
  });

  it("keeps what was being typed when the server closes", async () => {
    await using terminal = await openPrompt();
    terminal.type(`mute${keys.enter}`);
    await terminal.until(() => server.received.length === 1);
    terminal.type("half a thought");
    await terminal.untilShown("> half a thought");
    await server.stop();
    expect(await terminal.exited).toBe(1);
    expect(terminal.screen.lines.join("\n")).not.toContain("half a thought");
    const history = await readFile(path.join(state, "holdfast", "connect-history"), "utf8");
    expect(history).toBe("mute\nhalf a thought\n");
  });
});

describe.skipIf(!hasPseudoTerminal)("JSON over several lines", () => {
  it("goes on at a prompt of its own until it is complete, and is sent as one message", async () => {
    await using terminal = await openPrompt();
    terminal.type(`{"a": [1,${keys.enter}`);
    await terminal.until((lines) => lines.at(-1) === "…");
    server.push("meanwhile");
    await expect.poll(() => talk(terminal), patience).toEqual(["← meanwhile", '> {"a": [1,', "…"]);
    terminal.type(`2]}${keys.enter}`);
    await terminal.until(() => server.received.length === 1);
    expect(server.received).toEqual(['{"a": [1,\n2]}']);
    await terminal.until((lines) => lines.at(-1) === ">");
    expect(talk(terminal).filter((line) => line.includes("…"))).toEqual([]);
  });

  it("is sent unfinished with an empty line", async () => {
    await using terminal = await openPrompt();
    terminal.type(`{"a":${keys.enter}${keys.enter}`);
    await terminal.untilShown('← {"a":');
    expect(server.received).toEqual(['{"a":']);
  });

  it("is discarded with Ctrl-C, and the prompt is a fresh one", async () => {
    await using terminal = await openPrompt();
    terminal.type(`{"a":${keys.enter}{"b"`);
    await terminal.untilShown('… {"b"');
    terminal.type(keys.ctrlC);
    await expect.poll(() => talk(terminal), patience).toEqual([">"]);
    terminal.type(`after${keys.enter}`);
    await terminal.untilShown("← after");
    expect(server.received).toEqual(["after"]);
  });

  it("is pasted as one message, empty lines and tabs included, whether the terminal marks the paste or not", async () => {
    await using terminal = await openPrompt();
    terminal.type('\u001b[200~{\r\t"a": {\r\r\t\t"b": "}"\r\t}\r}\r\u001b[201~');
    await terminal.until(() => server.received.length === 1);
    terminal.type('[\r\t1,\r\t{"b": 2}\r]\r');
    await terminal.until(() => server.received.length === 2);
    expect(server.received).toEqual(['{\n\t"a": {\n\n\t\t"b": "}"\n\t}\n}', '[\n\t1,\n\t{"b": 2}\n]']);
  });

  it("may be taller than the screen: each line stands there once, frames in between", async () => {
    await using terminal = await openPrompt([], { rows: 8 });
    const lines = ["[", ...Array.from({ length: 20 }, (_, index) => `${index},`)];
    for (const [index, line] of lines.entries()) {
      terminal.type(line + keys.enter);
      await terminal.until((shown) => shown.at(-2)?.endsWith(line) === true && shown.at(-1) === "…");
      if (index % 4 === 3) server.push(`frame ${index}`);
      if (index % 4 === 3) await terminal.untilShown(`frame ${index}`);
      await terminal.until((shown) => shown.at(-1) === "…");
    }
    const typed = talk(terminal).filter((line) => !line.startsWith("←"));
    expect(typed).toEqual(["> [", ...lines.slice(1).map((line) => `… ${line}`), "…"]);
    terminal.type(`20]${keys.enter}`);
    await terminal.until(() => server.received.length === 1);
    expect(server.received).toEqual([[...lines, "20]"].join("\n")]);
  });

  it("is laid out when it is longer than the terminal is wide, and only then", async () => {
    await using terminal = await openPrompt([], { columns: 60 });
    server.push('{"short":[1,2]}');
    server.push(`{"long":"${"x".repeat(40)}","n":[1]}`);
    const indent = " ".repeat(15);
    await expect
      .poll(() => talk(terminal), patience)
      .toEqual([
        '← {"short":[1,2]}',
        "← {",
        `${indent}  "long": "${"x".repeat(34)}`,
        `${"x".repeat(6)}",`,
        `${indent}  "n": [`,
        `${indent}    1`,
        `${indent}  ]`,
        `${indent}}`,
        ">",
      ]);
  });
});

describe.skipIf(!hasPseudoTerminal)("commands", () => {
  it("ping, explain themselves, send a slash, and tell a mistake from a message", async () => {
    await using terminal = await openPrompt();
    for (const line of ["/ping", "/help", "//text", "/join room", "/close 1005"])
      terminal.type(line + keys.enter);
    await terminal.untilShown("Cannot close with 1005");
    await terminal.until(() => talk(terminal).some((line) => /^← pong after \d+ ms$/.test(line)));
    await terminal.untilShown("← /text");
    expect(talk(terminal)).toContain("There is no command /join; to send it as text, type //join room");
    expect(talk(terminal).some((line) => line.includes("/close [code [reason]]"))).toBe(true);
    expect(server.received).toEqual(["/text"]);
  });

  it("close with a code and a reason", async () => {
    await using terminal = await openPrompt();
    const close = server.nextClose();
    terminal.type(`/close 4001 so long${keys.enter}`);
    expect(await terminal.exited).toBe(0);
    await expect(close).resolves.toEqual({ code: 4001, reason: "so long" });
    expect(talk(terminal)).toEqual(["> /close 4001 so long", '× Closed: 4001 (application), "so long"', ""]);
  });

  it.each([
    ["/quit", `/quit${keys.enter}`],
    ["Ctrl-D", keys.ctrlD],
    ["Ctrl-C at an empty prompt", keys.ctrlC],
  ])("%s closes with 1000, exits with 0 and gives the terminal back", async (_name, typed) => {
    await using terminal = await openPrompt();
    const close = server.nextClose();
    terminal.type(typed);
    expect(await terminal.exited).toBe(0);
    await expect(close).resolves.toEqual({ code: 1000, reason: "" });
    expect(talk(terminal).at(-2)).toBe("× Closed: 1000 (normal)");
    expect(terminal.output.lastIndexOf("\u001b[?2004l")).toBeGreaterThan(
      terminal.output.lastIndexOf("\u001b[?2004h"),
    );
  });
});

describe.skipIf(!hasPseudoTerminal)("what the server does", () => {
  it("its goodbye is shown in words, and only a normal one is no failure", async () => {
    await using normal = await openPrompt();
    normal.type(`close 1001 Idle${keys.enter}`);
    expect(await normal.exited).toBe(0);
    expect(talk(normal)).toContain('× The server closed the connection: 1001 (going away), "Idle"');
    await using failure = await openPrompt();
    failure.type(`close 1011 oops${keys.enter}`);
    expect(await failure.exited).toBe(1);
    const said = talk(failure).join("");
    expect(said).toContain('The server closed the connection: 1011 (internal error of the server), "oops"');
  });

  it("its pings are shown with --verbose only", async () => {
    await using silent = await openPrompt();
    silent.type(`ping${keys.enter}after${keys.enter}`);
    await silent.untilShown("← after");
    expect(talk(silent).join("\n")).not.toContain("← ping");
    await using verbose = await openPrompt(["--verbose"]);
    verbose.type(`ping${keys.enter}`);
    await verbose.untilShown('← ping "are you there"');
  });

  it("its control characters are shown, not obeyed; its bytes in hexadecimal", async () => {
    await using terminal = await openPrompt();
    server.push("\u001b[2J\u0007gotcha");
    server.push(Buffer.from([0, 255]));
    await terminal.untilShown("← binary, 2 bytes: 00 ff");
    expect(talk(terminal)).toContain("← \\u001b[2J\\u0007gotcha");
  });
});

describe.skipIf(!hasPseudoTerminal)("the terminal", () => {
  // oxlint-disable-next-line no-control-regex -- they begin with one
  const colours = /\u001b\[[\d;]+m/;

  it("gets colours, but not with NO_COLOR", async () => {
    await using coloured = await openPrompt();
    expect(coloured.output).toMatch(colours);
    await using plain = await openPrompt([], { env: { NO_COLOR: "1" } });
    plain.type(`{"a":1}${keys.enter}`);
    await plain.untilShown('← {"a":1}');
    plain.type(keys.ctrlD);
    await plain.exited;
    expect(plain.output).not.toMatch(colours);
  });

  it("gets lines of JSON and no prompt with --json", async () => {
    const command = [...connectProgram, server.url, "--json"];
    await using terminal = new PseudoTerminal(command, { columns: 200, env: { XDG_STATE_HOME: state } });
    await terminal.untilShown('"event":"open"');
    terminal.type("hello\n");
    await terminal.untilShown('"event":"message"');
    // Without an editor of ours the terminal itself turns Ctrl-D into the end of the input.
    terminal.type(keys.ctrlD);
    expect(await terminal.exited).toBe(0);
    const lines = terminal.screen.lines
      .filter((line) => line !== "" && line !== "hello")
      .map((line) => line.replace("^D", ""));
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(["open", "sent", "message", "close"]);
  });

  it("gets no escape sequence at all when it is a dumb one", async () => {
    const env = { TERM: "dumb", XDG_STATE_HOME: state };
    await using terminal = new PseudoTerminal([...connectProgram, server.url, "--count", "1"], { env });
    terminal.type("hello\n");
    expect(await terminal.exited).toBe(0);
    expect(terminal.output).toBe("hello\r\nhello\r\n");
  });
});
