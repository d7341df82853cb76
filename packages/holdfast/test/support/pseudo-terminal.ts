import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { TerminalScreen } from "./terminal-screen.ts";

/** Whether this machine can run programs on a pseudo-terminal. */
export const hasPseudoTerminal =
  process.platform !== "win32" && spawnSync("python3", ["-c", "import pty, termios"]).status === 0;

export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly columns?: number;
  readonly rows?: number;
}

/** What decides on colours besides the terminal; CI sets some of it. */
const noOpinionOnColours = {
  NO_COLOR: undefined,
  NODE_DISABLE_COLORS: undefined,
  FORCE_COLOR: undefined,
  CI: undefined,
};

/** A program on a terminal of its own: type, look at the screen, wait for what should come. */
export class PseudoTerminal {
  readonly screen: TerminalScreen;
  /** Resolves with the program's exit code; 128 and the signal's number when one ended it. */
  readonly exited: Promise<number>;
  /** All that the program wrote, escape sequences included. */
  output = "";
  readonly #process: ChildProcess;
  #onOutput: () => void = () => {};

  constructor(command: readonly string[], options: TerminalOptions = {}) {
    const { columns = 80, rows = 24 } = options;
    this.screen = new TerminalScreen(columns, rows);
    this.#process = spawn("python3", ["-c", driver, String(columns), String(rows), ...command], {
      cwd: options.cwd,
      env: { ...process.env, ...noOpinionOnColours, TERM: "xterm-256color", ...options.env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const decoder = new TextDecoder();
    this.#process.stdout?.on("data", (chunk: Buffer) => {
      const text = decoder.decode(chunk, { stream: true });
      this.output += text;
      this.screen.write(text);
      this.#onOutput();
    });
    this.exited = new Promise((resolve) => {
      this.#process.once("close", (code) => {
        resolve(code ?? -1);
        this.#onOutput();
      });
    });
  }

  type(text: string): void {
    this.#process.stdin?.write(text);
  }

  /** Resolves when the screen is as wished; after `timeoutMs` it rejects with what the screen shows. */
  async until(
    isAsWished: (lines: readonly string[]) => boolean,
    timeoutMs = 10_000,
  ): Promise<readonly string[]> {
    const deadline = Date.now() + timeoutMs;
    while (!isAsWished(this.screen.lines)) {
      const leftMs = deadline - Date.now();
      if (leftMs <= 0) throw new Error(`The screen did not come to that:\n${this.screen.lines.join("\n")}`);
      await new Promise<void>((resolve) => {
        // Looked at again though nothing was written, for the wish may be about more than the screen.
        const timer = setTimeout(resolve, Math.min(leftMs, 50));
        this.#onOutput = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.screen.lines;
  }

  /** Resolves when a line of the screen holds the text. */
  async untilShown(text: string): Promise<readonly string[]> {
    return this.until((lines) => lines.some((line) => line.includes(text)));
  }

  /** Ends the program, if it still runs, as closing a terminal window does. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.exited;
  }
}

// Copies between its own pipes and the terminal. When it is killed the terminal is gone, and its program gets SIGHUP.
const driver = `
import fcntl, os, pty, select, struct, sys, termios
columns, rows = int(sys.argv[1]), int(sys.argv[2])
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execvp(sys.argv[3], sys.argv[3:])
os.set_blocking(terminal, False)
typed, opened = b"", True
while True:
    # Typing waits for nobody: a program may have to write before it reads on.
    sources = [terminal, 0] if opened and len(typed) < 1 << 20 else [terminal]
    readable, writable, _ = select.select(sources, [terminal] if typed else [], [])
    if writable:
        typed = typed[os.write(terminal, typed[:1024]):]
    if terminal in readable:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if data == b"":
            break
        while data:
            data = data[os.write(1, data):]
    if 0 in readable:
        data = os.read(0, 65536)
        typed, opened = typed + data, data != b""
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(code if code >= 0 else 128 - code)
`;
