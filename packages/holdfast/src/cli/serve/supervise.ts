import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { constants } from "node:os";
import { Supervisor } from "../../targets/server/supervision/supervisor.ts";

/**
 * Keeps `holdfast serve` running over its restarts. The app itself runs in a process of the same command, with `--worker`;
 * this one loads nothing of it, and so need never be replaced.
 */
export async function supervise(): Promise<void> {
  const [, entry = "", ...args] = process.argv;
  const supervisor = new Supervisor({
    fork: () => fork(entry, [...args, "--worker"]),
    keySeed: randomBytes(32).toString("base64"),
    onDeath: (code) => process.stderr.write(`${describeDeath(code)}\n`),
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => supervisor.stop(signal));
  process.on("SIGHUP", () => supervisor.restart());
  const code = await supervisor.ended;
  if (code !== 0) process.exit(code);
}

function describeDeath(code: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  const how = signal === undefined ? `with code ${code}` : `by ${signal}`;
  const remedy = signal === "SIGKILL" ? " The system kills so when there is no memory left." : "";
  return `The process that ran the app was ended ${how}, without being asked to, and so this one ends too.${remedy} The next start runs the $disconnects that are missing.`;
}
