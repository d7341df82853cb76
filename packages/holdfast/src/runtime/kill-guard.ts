/**
 * Keeps `process.kill` from reaching the processes of the gateway. It stops mistakes and not malice: code that runs
 * as the same user can always send signals by other means (a shell, a native module).
 *
 * `process.ppid` needs no guard: the parent is a launcher that lives and dies with this process.
 */
export function guardKill(protectedPids: readonly number[]): void {
  const guarded = new Set(protectedPids);
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    // -1 stands for every process that this user may signal; a negative number for a group.
    if (pid === -1 || guarded.has(Math.abs(pid))) throw refusal(pid);
    return kill(pid, signal);
  };
}

/** What the system answers to a signal that is not allowed. */
function refusal(pid: number): NodeJS.ErrnoException {
  const what = pid === -1 ? "every process of this user" : "the process that runs the gateway";
  const error = new Error(`kill EPERM: a function may not signal ${what}`);
  return Object.assign(error, { code: "EPERM", syscall: "kill" });
}
