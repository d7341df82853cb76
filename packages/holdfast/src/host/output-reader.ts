import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { markStart, readMark, type OutputMark } from "../model/wire/output-mark.ts";

/** The longest line that is kept together, in UTF-16 units. JSON makes at most six of one, and marks must fit. */
const maximumLineUnits = 1024 * 1024;

export interface OutputListener {
  mark(mark: OutputMark): void;
  /** What functions, and programs they start, printed themselves; without the end of the line. */
  line(text: string): void;
}

/** Cuts a process's output into lines, and the runtime's marks out of it. */
export function readOutput(stream: Readable, listener: OutputListener): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  stream.on("data", (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) readLine(line, listener);
    if (rest.length > maximumLineUnits) {
      readLine(rest, listener);
      rest = "";
    }
  });
  stream.on("end", () => {
    if (rest !== "") readLine(rest, listener);
    rest = "";
  });
  // A pipe that breaks ends; the process's exit says why.
  stream.on("error", () => {});
}

/** A mark may follow text whose line its writer has not ended. */
function readLine(line: string, listener: OutputListener): void {
  const start = line.lastIndexOf(markStart);
  const mark = start === -1 ? undefined : readMark(line.slice(start));
  if (mark === undefined) return listener.line(line);
  if (start > 0) listener.line(line.slice(0, start));
  listener.mark(mark);
}
