/** `npm start` and `npm start -- chat`: runs an example, the relay unless another is named. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

const repository = path.dirname(import.meta.dirname);
const examples = readdirSync(import.meta.dirname).filter((name) =>
  existsSync(path.join(import.meta.dirname, name, "app.ts")),
);

process.exitCode = await startExample(process.argv.slice(2));

/** The first argument may name an example; the rest goes to `holdfast dev`. */
async function startExample(given: readonly string[]): Promise<number> {
  const [first = ""] = given;
  const isNamed = first !== "" && !first.startsWith("-");
  const name = isNamed ? first : "relay";
  if (!examples.includes(name)) {
    console.error(`There is no example "${name}". Choose one of: ${examples.join(", ")}.`);
    return 1;
  }
  const others = examples.filter((one) => one !== name).join(", ");
  // On the other stream, so that --json stays what it is.
  console.error(`Example: ${name}. There are others: npm start -- <name>, of ${others}.`);
  return runDev(path.join("examples", name), given.slice(isNamed ? 1 : 0));
}

function runDev(app: string, args: readonly string[]): Promise<number> {
  const bin = path.join(repository, "packages/holdfast/bin/holdfast.js");
  const child = spawn(process.execPath, [bin, "dev", app, ...args], { cwd: repository, stdio: "inherit" });
  // A terminal's Ctrl-C reaches the child by itself; what is sent to this process alone is passed on.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? (signal === null ? 1 : 130)));
  });
}
