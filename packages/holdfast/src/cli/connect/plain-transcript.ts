import type { CommandIo } from "../command-io.ts";
import { describeClose, isNormalClose } from "./close-codes.ts";
import { escapeControls } from "../output/escape-controls.ts";
import { formatBytes } from "./frame-text.ts";
import type { Transcript } from "./transcript.ts";

/**
 * What was received and nothing else on the standard output, a line break after each message; notes go to the
 * standard error. A close that is a failure is left to the error that the command ends with.
 */
export function createPlainTranscript(io: CommandIo, options: { readonly verbose: boolean }): Transcript {
  const note = (text: string): void => void io.stderr.write(`${text}\n`);
  const noteIfVerbose = (text: string): void => {
    if (options.verbose) note(text);
  };
  return {
    opened({ url, protocol }) {
      noteIfVerbose(`Connected to ${url}${protocol === "" ? "" : `, subprotocol ${protocol}`}`);
    },
    refused() {},
    received({ data, isBinary }) {
      // Written to a terminal as they are, control characters would act on it.
      const isShown = io.stdout.isTTY === true;
      io.stdout.write(
        isShown ? (isBinary ? formatBytes(data) : escapeControls(data.toString("utf8"))) : data,
      );
      io.stdout.write("\n");
    },
    sent() {},
    control: (kind) => noteIfVerbose(`${kind} received`),
    closed({ code, reason, byUs }) {
      if (byUs) noteIfVerbose(`Closed: ${escapeControls(describeClose(code, reason))}`);
      else if (isNormalClose(code)) {
        note(`The server closed the connection: ${escapeControls(describeClose(code, reason))}`);
      }
    },
    note,
  };
}
