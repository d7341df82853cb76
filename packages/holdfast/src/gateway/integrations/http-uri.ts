import type { HeaderPair } from "../../model/gateway-event.ts";

export interface UriValues {
  readonly stageVariables: Readonly<Record<string, string>>;
  /** For `{name}` segments; escaped, so that no value changes the path's shape. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: readonly HeaderPair[];
}

/** An integration's URI with its `${stageVariables.x}` and `{name}`s filled in; undefined when that is no URL. */
export function fillUri(uri: string, { stageVariables, path, query }: UriValues): URL | undefined {
  const filled = uri
    .replaceAll(/\$\{stageVariables\.(?<name>\w+)\}/g, (_all, name: string) => ownValue(stageVariables, name))
    .replaceAll(/\{(?<name>[\w.-]+)\}/g, (_all, name: string) => encodeSegment(ownValue(path, name)));
  if (!URL.canParse(filled)) return undefined;
  const url = new URL(filled);
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  for (const [name, value] of query) url.searchParams.append(name, value);
  return url;
}

/** A segment of dots alone would lead up the path, even escaped. */
function encodeSegment(value: string): string {
  return /^\.{1,2}$/.test(value) ? "" : encodeURIComponent(value);
}

function ownValue(values: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(values, name) ? (values[name] ?? "") : "";
}
