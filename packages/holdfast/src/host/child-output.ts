import type { Readable } from "node:stream";
import type { Log } from "../base/log.ts";
import { readTraceparent, traceFields, type TraceContext } from "../model/trace-context.ts";
import type { OutputMark } from "../model/wire/output-mark.ts";
import type { ProcessEnd } from "./describe-end.ts";
import { readOutput } from "./output-reader.ts";

/** How much is kept of what a process writes to its standard error, in UTF-16 units, to tell why it ended. */
const lastErrorsUnits = 16 * 1024;

type LastWords = Pick<ProcessEnd, "fatal" | "exit" | "lastErrors">;

export interface ChildOutputOptions {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly log: Log;
  /** The process has said that it is about to end. */
  onFarewell(): void;
}

/** Passes what a process prints to the log, and keeps what it says about its own end. */
export class ChildOutput {
  readonly #options: ChildOutputOptions;
  /** The function, in a process that runs only one. */
  #functionName: string | undefined;
  /** The request that a process is at, when it has one at a time. */
  #requestId: string | undefined;
  #trace: TraceContext | undefined;
  #lastWords: LastWords = { lastErrors: "" };

  constructor(options: ChildOutputOptions) {
    this.#options = options;
    const mark = (mark: OutputMark): void => this.#note(mark);
    readOutput(options.stdout, { mark, line: (text) => this.#print("info", "stdout", text) });
    readOutput(options.stderr, {
      mark,
      line: (text) => {
        const lastErrors = `${this.#lastWords.lastErrors}${text}\n`.slice(-lastErrorsUnits);
        this.#lastWords = { ...this.#lastWords, lastErrors };
        this.#print("warn", "stderr", text);
      },
    });
  }

  get lastWords(): LastWords {
    return this.#lastWords;
  }

  setFunction(name: string | undefined): void {
    this.#functionName = name;
  }

  /** Undefined between requests. */
  setRequest(requestId: string | undefined, trace?: TraceContext): void {
    this.#requestId = requestId;
    this.#trace = trace;
  }

  close(): void {
    this.#options.stdout.destroy();
    this.#options.stderr.destroy();
  }

  #print(level: "info" | "warn", stream: "stdout" | "stderr", message: string): void {
    // Lambda's runtimes write the lines within one record with carriage returns between them.
    const text = message.replace(/\r$/, "").replaceAll("\r", "\n");
    this.#options.log(level, "function-output", { message: text, stream, ...this.#source(null, null) });
  }

  /** Where the process itself does not know, or has another id for the request than we. */
  #source(
    functionName: string | null,
    markedRequest: string | null,
    traceparent?: string,
  ): Record<string, string> {
    const name = functionName ?? this.#functionName;
    const requestId = this.#requestId ?? markedRequest;
    const trace = this.#trace ?? (traceparent === undefined ? undefined : readTraceparent(traceparent));
    return {
      ...(name !== undefined && { function: name }),
      ...(requestId !== null && { requestId }),
      ...traceFields(trace),
    };
  }

  #note(mark: OutputMark): void {
    switch (mark[0]) {
      case "log":
        return this.#options.log(mark[1], "function-log", {
          message: mark[2],
          ...this.#source(mark[3], mark[4], mark[5]),
        });
      case "fatal":
        this.#lastWords = { ...this.#lastWords, fatal: { error: mark[1], functionName: mark[2] } };
        return this.#options.onFarewell();
      case "exit":
        this.#lastWords = { ...this.#lastWords, exit: { code: mark[1], stack: mark[2] } };
        return this.#options.onFarewell();
    }
  }
}
