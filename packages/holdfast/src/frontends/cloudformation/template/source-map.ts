import type { Place } from "../../../model/diagnostic.ts";
import { offsetOf, type SourceNode } from "./source-tree.ts";
import type { SourceMap } from "./template.ts";

/** Longer lines, such as a template without line breaks, are not shown. */
const maxExcerptLength = 1000;

/** Turns offsets into places; lines are counted once somebody asks. */
export function createPlaces(text: string, file: string): (offset: number) => Place {
  let starts: readonly number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    const line = lastAtOrBefore(starts, offset);
    const start = starts[line] ?? 0;
    const excerpt = text.slice(start, starts[line + 1] ?? text.length).replace(/\r?\n$/, "");
    return {
      file,
      line: line + 1,
      column: Math.min(offset - start, excerpt.length) + 1,
      ...(excerpt.length <= maxExcerptLength && { excerpt }),
    };
  };
}

export function createSourceMap(
  file: string,
  root: SourceNode | undefined,
  placeAt: (offset: number) => Place,
): SourceMap {
  return {
    file,
    placeOf: (path) => (root === undefined ? { file } : placeAt(Math.max(0, offsetOf(root, path)))),
  };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function lastAtOrBefore(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
