import { exec } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startDev, startServe, type DevProcess } from "../../packages/holdfast/test/support/holdfast.ts";

const commandTimeoutMs = 20_000;
const root = fileURLToPath(new URL("../../", import.meta.url));

/** The output of each command, by the README and in fact. */
export interface Followed {
  readonly shown: Readonly<Record<string, string>>;
  readonly written: Readonly<Record<string, string>>;
}

/**
 * Runs every command of an example's README as a reader would, one after another: the lines of `sh` blocks, and those
 * of `console` blocks that begin with a `$`, which show what it writes. Rejects when one fails. The ports differ,
 * because those of the README may be taken. `npm test` is what runs this, and is passed over.
 */
export async function followReadme(example: string): Promise<Followed> {
  const text = await readFile(path.join(root, "examples", example, "README.md"), "utf8");
  const folder = await copyOf(example);
  const shown: Record<string, string> = {};
  const written: Record<string, string> = {};
  let app: DevProcess | undefined;
  try {
    for (const { command, output } of readCommands(text)) {
      const start = startOf(command);
      if (start !== undefined) {
        await app?.stop();
        app = await start(folder);
        continue;
      }
      const host = new URL(app?.ready.http ?? "http://localhost").host;
      const stdout = await run(command.replaceAll(/localhost:\d+/g, host), folder);
      if (output === undefined) continue;
      shown[command] = output.trimEnd();
      written[command] = stdout.trimEnd();
    }
  } finally {
    await app?.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return { shown, written };
}

/** What starts the app that a command runs until it is stopped; undefined for other commands. */
function startOf(command: string): ((folder: string) => Promise<DevProcess>) | undefined {
  const [, verb, rest = ""] = /^npx holdfast (dev|serve) (.*)$/.exec(command) ?? [];
  const args = rest.split(" ");
  if (verb === undefined || args.includes("--print-config")) return undefined;
  if (verb === "dev") return (folder) => startDev(folder, ...args);
  // Metrics on the app's own port, since theirs may be taken.
  return (folder) => startServe(folder, ...args, "--set", "metrics.port=0");
}

async function run(command: string, cwd: string): Promise<string> {
  const running = promisify(exec)(command, { cwd, timeout: commandTimeoutMs });
  running.child.stdin?.end(); // nobody types into a conversation
  return (await running).stdout;
}

interface Command {
  readonly command: string;
  readonly output?: string;
}

function readCommands(text: string): Command[] {
  const blocks = [...text.matchAll(/^```(?<language>sh|console)\n(?<lines>[\s\S]*?)^```$/gm)];
  return blocks.flatMap(({ groups }): Command[] => {
    const lines = groups?.lines ?? "";
    if (groups?.language === "console")
      return [...lines.matchAll(/^\$ (?<command>.*)\n(?<output>(?:(?!\$ ).*\n)*)/gm)].map(({ groups }) => ({
        command: groups?.command ?? "",
        output: groups?.output ?? "",
      }));
    return lines
      .split("\n")
      .map((line) => ({ command: line.replace(/\s+#.*$/, "").trim() }))
      .filter(({ command }) => command !== "" && !command.startsWith("npm test"));
  });
}

/** The repository as far as the README needs it, so that a running app of the same folder is not in the way. */
async function copyOf(example: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-readme-"));
  await mkdir(path.join(folder, "examples"));
  await cp(path.join(root, "examples", example), path.join(folder, "examples", example), {
    recursive: true,
    filter: (file) => !file.includes(".holdfast"),
  });
  await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  return folder;
}
