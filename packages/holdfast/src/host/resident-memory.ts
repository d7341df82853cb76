import { readProc } from "./process-tree.ts";

/** Undefined when the process is gone. */
export function residentMb(processId: number): number | undefined {
  // Unlike `statm` this is not in pages, whose size varies.
  const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readProc(`${processId}/status`))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** Of all that a process started, and what they started, without itself. Undefined when there is nothing. */
export function residentMbBelow(processId: number): number | undefined {
  let totalMb: number | undefined;
  for (const child of childrenOf(processId)) {
    const ownMb = residentMb(child);
    if (ownMb !== undefined) totalMb = (totalMb ?? 0) + ownMb + (residentMbBelow(child) ?? 0);
  }
  return totalMb;
}

/** Of its main thread, which is who starts others in nearly every program: this is asked often. */
function childrenOf(processId: number): number[] {
  return readProc(`${processId}/task/${processId}/children`).split(" ").filter(Boolean).map(Number);
}
