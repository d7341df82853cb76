import { escapeControls } from "../output/escape-controls.ts";
import type { Styles } from "../output/styles.ts";
import { isJsonContainer, layOutJson, paintJson } from "./json-layout.ts";
import type { Frame } from "./transcript.ts";

export type Direction = "in" | "out";

export interface FrameLayout {
  /** The terminal's width in characters. */
  readonly columns: number;
  readonly styles: Styles;
}

/** One frame as a terminal shows it: time, arrow, and the data, further lines aligned under the first. */
export function formatFrame(direction: Direction, frame: Frame, { columns, styles }: FrameLayout): string {
  const indent = formatTime(frame.timeMs).length + 3;
  const body = frame.isBinary
    ? styles.yellow(formatBytes(frame.data))
    : formatText(frame, columns - indent, styles);
  return `${formatStamp(direction, frame.timeMs, styles)} ${body.replaceAll("\n", `\n${" ".repeat(indent)}`)}`;
}

/** `12:34:56.789 ←`, the beginning of every line about a frame. */
export function formatStamp(direction: Direction, timeMs: number, styles: Styles): string {
  const arrow = direction === "in" ? styles.green("←") : styles.cyan("→");
  return `${styles.dim(formatTime(timeMs))} ${arrow}`;
}

/** Local time as HH:MM:SS.mmm. */
export function formatTime(timeMs: number): string {
  const time = new Date(timeMs);
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => pad(part, 2)).join(":");
  return `${clock}.${pad(time.getMilliseconds(), 3)}`;
}

function formatText(frame: Frame, width: number, styles: Styles): string {
  const text = frame.data.toString("utf8");
  const shown = text.slice(0, maxShownCharacters);
  const left = text.length - shown.length;
  if (left > 0) {
    return `${escapeControls(shown)}\n${styles.dim(`… ${left} characters more; piped or with --json all are written`)}`;
  }
  if (!isJsonContainer(shown)) return escapeControls(shown.replaceAll("\r\n", "\n"));
  const isOneLine = !shown.includes("\n") && shown.length <= width;
  return paintJson(escapeControls(isOneLine ? shown : layOutJson(shown)), styles);
}

/** Binary data in hexadecimal digits, as far as a person may want to look. */
export function formatBytes(data: Buffer): string {
  const hex = data
    .subarray(0, maxShownBytes)
    .toString("hex")
    .replaceAll(/..(?!$)/g, "$& ");
  const ellipsis = data.length > maxShownBytes ? " …" : "";
  return `binary, ${data.length} ${data.length === 1 ? "byte" : "bytes"}: ${hex}${ellipsis}`;
}

const maxShownCharacters = 16_384;
const maxShownBytes = 64;

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}
