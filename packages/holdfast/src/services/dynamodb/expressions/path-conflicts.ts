import type { AttributePath } from "../../../model/table-request.ts";
import { expressionError } from "./expression-error.ts";

/** As DynamoDB's messages print a path: `[address, lines, [0]]`. */
export function formatDocumentPath(path: AttributePath): string {
  return `[${path.map((step) => (typeof step === "number" ? `[${step}]` : step)).join(", ")}]`;
}

/**
 * Throws DynamoDB's errors when one path leads to another or through it, or two take one place for a map and for a
 * list.
 */
export function checkPathsApart(kind: string, paths: readonly AttributePath[]): void {
  if (paths.length < 2 || haveDistinctRoots(paths)) return;
  for (const [at, second] of paths.entries())
    for (const first of paths.slice(0, at)) checkApart(kind, first, second);
}

function haveDistinctRoots(paths: readonly AttributePath[]): boolean {
  return new Set(paths.map(([first]) => first)).size === paths.length;
}

function checkApart(kind: string, first: AttributePath, second: AttributePath): void {
  const shorter = Math.min(first.length, second.length);
  for (let at = 0; at < shorter; at += 1) {
    if (typeof first[at] !== typeof second[at]) throw pathsError(kind, "conflict", first, second);
    if (first[at] !== second[at]) return;
  }
  throw pathsError(kind, "overlap", first, second);
}

function pathsError(
  kind: string,
  verb: "conflict" | "overlap",
  first: AttributePath,
  second: AttributePath,
): Error {
  return expressionError(
    kind,
    `Two document paths ${verb} with each other; must remove or rewrite one of these paths; path one: ${formatDocumentPath(first)}, path two: ${formatDocumentPath(second)}`,
  );
}
