import path from "node:path";
import { HoldfastError } from "../../base/errors.ts";
import { InvalidAppError } from "../../model/invalid-app-error.ts";
import type { Diagnostic, Place } from "../../model/diagnostic.ts";
import { escapeControls } from "./escape-controls.ts";
import type { Styles } from "./styles.ts";

/** An error as a person reads it: what, where, and what to do. Only faults of Holdfast show a stack. */
export function formatError(error: Error, styles: Styles, cwd: string): string {
  if (error instanceof InvalidAppError) {
    return error.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, styles, cwd)).join("\n\n");
  }
  if (!(error instanceof HoldfastError)) {
    return `${styles.red("✖")} ${error.message}\n  This is a fault of Holdfast; please report it with the following.\n${error.stack ?? ""}`;
  }
  const lines = [
    `${styles.red("✖")} ${escapeControls(error.message)} ${styles.dim(`(${error.code})`)}`,
    ...indented(escapeControls(error.hint)),
  ];
  if (error.fault === "system" && error.stack !== undefined) lines.push(styles.dim(error.stack));
  if (error.fault === "system" && error.cause instanceof Error)
    lines.push(styles.dim(`Caused by: ${error.cause.stack ?? error.cause.message}`));
  return lines.join("\n");
}

export function formatDiagnostic(diagnostic: Diagnostic, styles: Styles, cwd: string): string {
  const mark = diagnostic.severity === "error" ? styles.red("✖") : styles.yellow("▲");
  return [
    `${mark} ${diagnostic.message} ${styles.dim(`(${diagnostic.code})`)}`,
    ...(diagnostic.place === undefined ? [] : formatPlace(diagnostic.place, styles, cwd)),
    ...(diagnostic.hint === undefined ? [] : indented(diagnostic.hint)),
  ].join("\n");
}

function formatPlace(place: Place, styles: Styles, cwd: string): string[] {
  const position = [displayPath(place.file, cwd), place.line, place.column]
    .filter((part) => part !== undefined)
    .join(":");
  const lines = [`  ${styles.cyan(position)}`];
  if (place.excerpt === undefined || place.line === undefined) return lines;
  const number = String(place.line);
  const marker = " ".repeat(Math.max(0, (place.column ?? 1) - 1));
  const gap = place.excerpt.slice(0, marker.length).replaceAll(/[^\t]/g, " ");
  return [
    ...lines,
    `  ${styles.dim(`${number} │`)} ${place.excerpt}`,
    ...(place.column === undefined
      ? []
      : [`  ${styles.dim(`${" ".repeat(number.length)} │`)} ${gap}${styles.red("^")}`]),
  ];
}

/** Relative to the current folder where it lies below it, else absolute. */
export function displayPath(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative === "" || relative.startsWith("..") || path.isAbsolute(relative) ? file : relative;
}

function indented(text: string): string[] {
  return text.split("\n").map((line) => `  ${line}`);
}
