import type { Writable } from "node:stream";
import type { Frame, Transcript } from "./transcript.ts";

/** One JSON object a line, for programs. Binary data is base64 and marked so. */
export function createJsonTranscript(output: Writable, options: { readonly verbose: boolean }): Transcript {
  const write = (event: object): void => void output.write(`${JSON.stringify(event)}\n`);
  return {
    opened: ({ url, protocol }) => write({ event: "open", url, protocol }),
    refused: ({ status, headers, body }) => write({ event: "refused", status, headers, body }),
    received: (frame) => write({ event: "message", ...describeFrame(frame) }),
    sent: (frame) => write({ event: "sent", ...describeFrame(frame) }),
    control(kind, frame) {
      if (options.verbose) write({ event: kind, ...describeFrame(frame) });
    },
    closed: ({ code, reason, clean }) => write({ event: "close", code, reason, clean }),
    // Notes are for people; everything that a program needs is an event.
    note() {},
  };
}

function describeFrame({ data, isBinary, timeMs }: Frame): object {
  const time = new Date(timeMs).toISOString();
  if (isBinary) return { data: data.toString("base64"), binary: true, time };
  return { data: data.toString("utf8"), time };
}
