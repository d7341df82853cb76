import { HoldfastError } from "../base/errors.ts";
import { parseJsonPath, type JsonPath } from "./templates/json-path.ts";

/** A value that a mapping puts into an integration's request: where it goes, and where it comes from. */
export interface RequestParameter {
  readonly place: "header" | "querystring" | "path";
  readonly name: string;
  readonly source: ParameterSource;
}

export type ParameterSource =
  | { readonly kind: "text"; readonly text: string }
  /** Of the handshake; `all` of a name's values, or its last. */
  | { readonly kind: "header" | "query"; readonly name: string; readonly all: boolean }
  /** The whole body without a path. */
  | { readonly kind: "body"; readonly path?: JsonPath }
  | { readonly kind: "stage-variable"; readonly name: string }
  | { readonly kind: "context"; readonly path: JsonPath };

/**
 * Reads `integration.request.{header|querystring|path}.name` from `route.request.…`, `stageVariables.…`, `context.…`
 * and `'static'` (API Gateway, documented). Throws `HoldfastError` `EXPRESSION_INVALID`.
 */
export function parseRequestParameter(target: string, source: string): RequestParameter {
  return { ...parseTarget(target), source: parseSource(source) };
}

function parseTarget(target: string): Pick<RequestParameter, "place" | "name"> {
  const groups =
    /^integration\.request\.(?<place>header|querystring|path)\.(?<name>[\w!#$%&'*+.^`|~-]+)$/.exec(
      target,
    )?.groups;
  if (groups === undefined)
    throw invalid(
      target,
      "a parameter is integration.request., then header, querystring or path, then a name",
    );
  return { place: groups.place as RequestParameter["place"], name: groups.name ?? "" };
}

function parseSource(source: string): ParameterSource {
  const text = /^'(?<text>.*)'$/s.exec(source)?.groups?.text;
  if (text !== undefined) return { kind: "text", text };
  const [head, name = ""] = splitSource(source);
  switch (head) {
    case "route.request.header":
      return { kind: "header", name, all: false };
    case "route.request.multivalueheader":
      return { kind: "header", name, all: true };
    case "route.request.querystring":
      return { kind: "query", name, all: false };
    case "route.request.multivaluequerystring":
      return { kind: "query", name, all: true };
    case "route.request.body":
      return name === "" ? { kind: "body" } : { kind: "body", path: pathIn(source, name) };
    case "stageVariables":
      return { kind: "stage-variable", name };
    case "context":
      return { kind: "context", path: pathIn(source, name) };
    default:
      throw invalid(
        source,
        "a value is route.request., stageVariables. or context. and a name, or 'text in quotes'",
      );
  }
}

const heads = [
  "route.request.header",
  "route.request.multivalueheader",
  "route.request.querystring",
  "route.request.multivaluequerystring",
  "route.request.body",
  "stageVariables",
  "context",
] as const;

function splitSource(source: string): readonly [(typeof heads)[number], string] | [] {
  const head = heads.find((one) => source === one || source.startsWith(`${one}.`));
  if (head === undefined) return [];
  const rest = source.slice(head.length + 1);
  if (rest === "" && head !== "route.request.body") throw invalid(source, "it ends without a name");
  return [head, rest];
}

function pathIn(source: string, rest: string): JsonPath {
  const path = parseJsonPath(rest);
  if (path === undefined) throw invalid(source, `"${rest}" is no path`);
  return path;
}

function invalid(what: string, why: string): HoldfastError {
  return new HoldfastError(
    "EXPRESSION_INVALID",
    `The request parameter "${what.slice(0, 200)}" cannot be used: ${why}`,
    {
      hint: "Write integration.request.header.Name from route.request.body.path, context.connectionId or 'text'.",
    },
  );
}
