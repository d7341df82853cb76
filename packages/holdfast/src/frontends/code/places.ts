import { readFile } from "node:fs/promises";
import { SourceMap, type SourceMapPayload } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Diagnostic, Place } from "../../model/diagnostic.ts";
import type { Finding } from "../../model/validate.ts";
import type { GeneratedPosition, Places } from "./declaration.ts";

/** Gives findings the place of their declaration. The bundle's map is read only when something was found. */
export async function placeFindings(
  findings: readonly Finding[],
  places: Places,
  bundleFile: string,
): Promise<readonly Diagnostic[]> {
  if (findings.length === 0) return [];
  const map = await readSourceMap(bundleFile);
  return Promise.all(
    findings.map(async ({ subject, occurrence = 0, ...finding }) => {
      const stack = nearestStack(places, subject, occurrence);
      const place = stack && (await firstUserPlace(map, stack, bundleFile));
      return { ...finding, ...(place !== undefined && { place }) };
    }),
  );
}

export async function readSourceMap(bundleFile: string): Promise<SourceMap> {
  return new SourceMap(JSON.parse(await readFile(`${bundleFile}.map`, "utf8")) as SourceMapPayload);
}

/** Where a position of the bundle comes from. Counted from 1, as positions are. */
export function originOf(
  map: SourceMap,
  { line, column }: { readonly line: number; readonly column: number },
  bundleFile: string,
): { readonly file: string; readonly line: number; readonly column: number } | undefined {
  const entry = map.findEntry(line - 1, column - 1);
  if (!("originalSource" in entry)) return undefined;
  const file = path.resolve(path.dirname(bundleFile), entry.originalSource);
  return { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

/** A subject that was not declared by itself (`websocket:chat/limits`) is shown where what holds it was. */
function nearestStack(
  places: Places,
  subject: string,
  occurrence: number,
): readonly GeneratedPosition[] | undefined {
  for (let name = subject; name !== ""; name = name.slice(0, Math.max(0, name.lastIndexOf("/")))) {
    const stack = places.get(name)?.at(name === subject ? occurrence : 0);
    if (stack !== undefined) return stack;
  }
  return undefined;
}

async function firstUserPlace(
  map: SourceMap,
  stack: readonly GeneratedPosition[],
  bundleFile: string,
): Promise<Place | undefined> {
  for (const position of stack) {
    const origin = position.foreign ? undefined : originOf(map, position, bundleFile);
    if (origin === undefined || isHoldfast(origin.file)) continue;
    return placeInFile(origin.file, origin.line, origin.column);
  }
  return undefined;
}

const stackFrame = /^\s+at .*?(?<file>(?:file:\/\/)?\/[^()]+?):(?<line>\d+):(?<column>\d+)\)?$/m;

/** Where a source-mapped stack begins. */
export async function placeOfStack(stack: string): Promise<Place | undefined> {
  const { file, line, column } = stackFrame.exec(stack)?.groups ?? {};
  if (file === undefined) return undefined;
  return placeInFile(file.startsWith("file:") ? fileURLToPath(file) : file, Number(line), Number(column));
}

async function placeInFile(file: string, line: number, column: number): Promise<Place> {
  const excerpt = (await readFile(file, "utf8").catch(() => "")).split("\n")[line - 1];
  return { file, line, column, ...(excerpt !== undefined && { excerpt }) };
}

/** Whether a source file is Holdfast's own: bundles have a copy of it. Other packages stay outside of bundles. */
export function isHoldfast(file: string): boolean {
  if (file.includes(`${path.sep}node_modules${path.sep}`)) return true;
  const root = new URL(import.meta.url.endsWith(".ts") ? "../../../" : "../", import.meta.url);
  return ["src/", "dist/"].some((folder) => file.startsWith(fileURLToPath(new URL(folder, root))));
}
