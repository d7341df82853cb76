import { PassThrough, type Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type readline from "node:readline";
import type { CommandIo } from "../command-io.ts";

/**
 * The keys of a terminal for a line editor of node:readline, which would take a paste key by key: then a line of
 * some kilobytes takes minutes, or, as it tries to avoid that, is drawn in the wrong rows. Here text that comes in
 * one piece is inserted in one piece.
 */
export interface KeyInput {
  /** What the editor reads from. Emits `keypress` for all but text that came in one piece. */
  readonly keys: Readable;
  /** Feeds an editor that reads from `keys`, until it is closed. */
  feed(editor: readline.Interface): void;
}

export function createKeyInput(terminal: CommandIo["stdin"]): KeyInput {
  const setRawMode = (isRaw: boolean): unknown => terminal.setRawMode?.(isRaw);
  const keys = Object.assign(new PassThrough(), { isTTY: true, setRawMode });
  return {
    keys,
    feed(editor) {
      const decoder = new StringDecoder("utf8");
      let isOpen = true;
      let isInsideSequence = false;
      const take = (chunk: Buffer | string): void => {
        const text = typeof chunk === "string" ? chunk : decoder.write(chunk);
        for (const piece of splitKeys(text)) {
          if (!isOpen) return;
          // Not written but emitted, so that the pieces stay in order.
          if (isInsideSequence || !isText(piece)) keys.emit("data", piece);
          else editor.write(piece);
          isInsideSequence = isUnfinished(piece);
        }
      };
      const end = (): void => editor.close();
      terminal.on("data", take).on("end", end);
      editor.on("pause", () => terminal.pause()).on("resume", () => terminal.resume());
      editor.on("close", () => {
        isOpen = false;
        terminal.off("data", take).off("end", end);
      });
    },
  };
}

/** Cuts what a terminal sent into escape sequences, control characters and the text between them. */
export function splitKeys(text: string): readonly string[] {
  // oxlint-disable-next-line no-control-regex -- they are what is told apart
  return text.match(/\u001b(?:\[[0-?]*[ -/]*[@-~]?|O[^]?|[^])?|[^\u0000-\u001f\u007f]+|[^]/gu) ?? [];
}

/** A single key is text too, but for the editor to name. */
function isText(piece: string): boolean {
  // oxlint-disable-next-line no-control-regex -- they are what is told apart
  return piece.length > 1 && !/^[\u0000-\u001f\u007f]/.test(piece);
}

/** The rest of an escape sequence may come later, on a slow line. */
function isUnfinished(piece: string): boolean {
  // oxlint-disable-next-line no-control-regex -- they are what is told apart
  return /^\u001b(?:\[[0-?]*[ -/]*|O)?$/.test(piece);
}
