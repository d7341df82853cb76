import type { Diagnostic } from "../../../model/diagnostic.ts";
import { readJson } from "./read-json.ts";
import { readYaml } from "./read-yaml.ts";
import { createPlaces, createSourceMap } from "./source-map.ts";
import { toJson } from "./source-tree.ts";
import type { Json, SourceMap } from "./template.ts";

export interface ReadSource {
  /** Absent when the text is empty or cannot be read at all. */
  readonly root?: Json;
  readonly source: SourceMap;
  /** What is wrong with the text. */
  readonly faults: readonly Diagnostic[];
}

const maxSyntaxFaults = 50;

/** Reads a file's text, JSON when it begins with `{`, else YAML with the short tags of intrinsic functions. */
export function readSource(text: string, file: string): ReadSource {
  const tree = text.trimStart().startsWith("{") ? readJson(text) : readYaml(text);
  const placeAt = createPlaces(text, file);
  const faults = tree.faults.slice(0, maxSyntaxFaults).map(({ offset, message, hint }): Diagnostic => ({
    severity: "error",
    code: "TEMPLATE_INVALID",
    message,
    ...(hint !== undefined && { hint }),
    place: placeAt(offset),
  }));
  return {
    ...(tree.root !== undefined && { root: toJson(tree.root) }),
    source: createSourceMap(file, tree.root, placeAt),
    faults,
  };
}
