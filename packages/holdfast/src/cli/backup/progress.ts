import type { Progress } from "../../targets/local/backup/write-archive.ts";
import type { CommandIo } from "../command-io.ts";

/** How often what is shown changes, in milliseconds. */
const intervalMs = 100;

export interface ProgressLine {
  show(done: Progress): void;
  /** Takes the line away. */
  clear(): void;
}

/** One line on a terminal that tells how far it is; nothing where there is no terminal. */
export function progressLine(what: string, { stderr }: Pick<CommandIo, "stderr">): ProgressLine {
  if (stderr.isTTY !== true) return { show: () => {}, clear: () => {} };
  let shownAtMs = 0;
  const write = (text: string): void => void stderr.write(`\r\u001b[K${text}`);
  write(`${what} …`);
  return {
    show(done) {
      const nowMs = performance.now();
      if (nowMs - shownAtMs < intervalMs) return;
      shownAtMs = nowMs;
      write(`${what} … ${formatAmount(done)}`);
    },
    clear: () => write(""),
  };
}

/** As in "12 files, 3.4 MB". */
export function formatAmount({ files, bytes }: Progress): string {
  return `${files} ${files === 1 ? "file" : "files"}, ${formatBytes(bytes)}`;
}

function formatBytes(bytes: number): string {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
