import type { Styles } from "../output/styles.ts";
import { describeClose, isNormalClose } from "./close-codes.ts";
import { escapeControls } from "../output/escape-controls.ts";
import { formatFrame, formatStamp, formatTime } from "./frame-text.ts";
import type { Transcript } from "./transcript.ts";

export interface TerminalTranscriptOptions {
  /** Writes whole lines, above the prompt when there is one. */
  readonly print: (text: string) => void;
  /** The terminal's width in characters, now. */
  readonly columns: () => number;
  readonly styles: Styles;
  readonly now: () => number;
  readonly verbose: boolean;
}

/** For a person at a terminal: a time and an arrow before everything that came or went. */
export function createTerminalTranscript(options: TerminalTranscriptOptions): Transcript {
  const { print, styles } = options;
  const layout = (): { columns: number; styles: Styles } => ({ columns: options.columns(), styles });
  return {
    opened({ url, protocol }) {
      const chosen = protocol === "" ? "" : `, subprotocol ${protocol}`;
      print(`Connected to ${styles.bold(url)}${chosen} ${styles.dim("(/help for commands, Ctrl-D closes)")}`);
    },
    refused() {},
    received: (frame) => print(formatFrame("in", frame, layout())),
    sent: (frame) => print(formatFrame("out", frame, layout())),
    control(kind, frame, roundTripMs) {
      if (roundTripMs === undefined && !options.verbose) return;
      const data = frame.data.length === 0 ? "" : ` ${JSON.stringify(frame.data.toString("utf8"))}`;
      const words =
        roundTripMs === undefined ? `${kind}${escapeControls(data)}` : `pong after ${roundTripMs} ms`;
      print(`${formatStamp("in", frame.timeMs, styles)} ${styles.dim(words)}`);
    },
    closed({ code, reason, byUs }) {
      // A close that is a failure is shown by the error that the command ends with.
      if (!byUs && !isNormalClose(code)) return;
      const time = styles.dim(formatTime(options.now()));
      const words = byUs ? "Closed" : "The server closed the connection";
      print(`${time} ${styles.yellow("×")} ${words}: ${escapeControls(describeClose(code, reason))}`);
    },
    note: (text) => print(styles.dim(text)),
  };
}
