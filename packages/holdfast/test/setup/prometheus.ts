import { spawnSync } from "node:child_process";

/** Whether a program is there, and starts. */
const runs = (command: string): boolean =>
  spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;

/** Prometheus itself, with the tool that checks its files. */
export const hasPrometheus = (): boolean => runs("prometheus") && runs("promtool");

export const hasCompose = (): boolean => runs("docker-compose");
