import { HoldfastError } from "../../base/errors.ts";
import type { HeaderPair } from "../../model/gateway-event.ts";
import { parseJsonPath, readJsonPath, type JsonPath } from "../../model/templates/json-path.ts";
import type { IntegrationRequest } from "./integration-request.ts";

/** What a mapping puts into a request, by place. Lists of values become repeated names. */
export interface MappedParameters {
  readonly headers: readonly HeaderPair[];
  readonly query: readonly HeaderPair[];
  readonly path: Readonly<Record<string, string>>;
}

export type ParameterMapping = (request: IntegrationRequest) => MappedParameters;

type Place = "header" | "querystring" | "path";

interface Parameter {
  readonly place: Place;
  readonly name: string;
  readonly read: ParameterSource;
}

/** The values of a source; none when it is not there, and the parameter is then left out. */
type ParameterSource = (request: IntegrationRequest) => readonly string[];

/**
 * Reads `integration.request.{header|querystring|path}.name` from `route.request.…`, `stageVariables.…`, `context.…`
 * and `'static'` (API Gateway, documented). Throws `HoldfastError` `EXPRESSION_INVALID`.
 */
export function compileParameters(requestParameters: Readonly<Record<string, string>>): ParameterMapping {
  const parameters = Object.entries(requestParameters).map(([target, source]): Parameter => {
    const { place, name } = parseTarget(target);
    return { place, name, read: parseSource(source) };
  });
  return (request) => {
    const read = parameters.map(({ place, name, read }) => ({ place, name, values: read(request) }));
    const pairs = (wanted: Place): HeaderPair[] =>
      read
        .filter(({ place }) => place === wanted)
        .flatMap(({ name, values }) => values.map((value): HeaderPair => [name, value]));
    return { headers: pairs("header"), query: pairs("querystring"), path: Object.fromEntries(pairs("path")) };
  };
}

function parseTarget(target: string): { readonly place: Place; readonly name: string } {
  const groups =
    /^integration\.request\.(?<place>header|querystring|path)\.(?<name>[\w!#$%&'*+.^`|~-]+)$/.exec(
      target,
    )?.groups;
  if (groups === undefined)
    throw invalid(
      target,
      "a parameter is integration.request., then header, querystring or path, then a name",
    );
  return { place: groups.place as Place, name: groups.name ?? "" };
}

function parseSource(source: string): ParameterSource {
  const fixed = /^'(?<value>.*)'$/s.exec(source)?.groups?.value;
  if (fixed !== undefined) return () => [fixed];
  const [head = "", rest = ""] = splitSource(source);
  switch (head) {
    case "route.request.header":
      return connectValues((event) => event.headers, sameHeader(rest), "last");
    case "route.request.multivalueheader":
      return connectValues((event) => event.headers, sameHeader(rest), "all");
    case "route.request.querystring":
      return connectValues(
        (event) => event.query,
        (name) => name === rest,
        "last",
      );
    case "route.request.multivaluequerystring":
      return connectValues(
        (event) => event.query,
        (name) => name === rest,
        "all",
      );
    case "route.request.body":
      return bodySource(source, rest);
    case "stageVariables":
      return ({ stageVariables }) =>
        Object.hasOwn(stageVariables, rest) ? [stageVariables[rest] ?? ""] : [];
    case "context": {
      const path = pathIn(source, rest);
      return ({ context }) => toTexts(readJsonPath(path, context));
    }
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
];

function splitSource(source: string): readonly [string, string] | [] {
  const head = heads.find((one) => source === one || source.startsWith(`${one}.`));
  if (head === undefined) return [];
  const rest = source.slice(head.length + 1);
  if (rest === "" && head !== "route.request.body") throw invalid(source, "it ends without a name");
  return [head, rest];
}

/** Headers and queries come with `$connect` only (API Gateway, documented). */
function connectValues(
  pairsOf: (event: Extract<IntegrationRequest["event"], { kind: "connect" }>) => readonly HeaderPair[],
  isMeant: (name: string) => boolean,
  which: "last" | "all",
): ParameterSource {
  return ({ event }) => {
    if (event.kind !== "connect") return [];
    const values = pairsOf(event)
      .filter(([name]) => isMeant(name))
      .map(([, value]) => value);
    return which === "all" ? values : values.slice(-1);
  };
}

function sameHeader(wanted: string): (name: string) => boolean {
  return (name) => name.toLowerCase() === wanted.toLowerCase();
}

/** The whole body without a path. */
function bodySource(source: string, rest: string): ParameterSource {
  if (rest === "") return ({ body }) => (body === "" ? [] : [body]);
  const path = pathIn(source, rest);
  return ({ body }) => toTexts(readJsonPath(path, parseJson(body)));
}

function pathIn(source: string, rest: string): JsonPath {
  const path = parseJsonPath(rest);
  if (path === undefined) throw invalid(source, `"${rest}" is no path`);
  return path;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Text as it is, anything else as JSON. How API Gateway writes objects and lists is not known. */
function toTexts(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  return [typeof value === "string" ? value : JSON.stringify(value)];
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
