import type { HeaderPair } from "../../model/gateway-event.ts";
import { parseRequestParameter, type ParameterSource } from "../../model/request-parameter.ts";
import { readJsonPath } from "../../model/templates/json-path.ts";
import type { IntegrationRequest } from "./integration-request.ts";

/** What a mapping puts into a request, by place. Lists of values become repeated names. */
export interface MappedParameters {
  readonly headers: readonly HeaderPair[];
  readonly query: readonly HeaderPair[];
  readonly path: Readonly<Record<string, string>>;
}

export type ParameterMapping = (request: IntegrationRequest) => MappedParameters;

/** Throws `HoldfastError` `EXPRESSION_INVALID`. */
export function compileParameters(requestParameters: Readonly<Record<string, string>>): ParameterMapping {
  const parameters = Object.entries(requestParameters).map(([target, source]) =>
    parseRequestParameter(target, source),
  );
  return (request) => {
    const read = parameters.map(({ source, ...to }) => ({ ...to, values: readSource(source, request) }));
    const pairs = (wanted: (typeof read)[number]["place"]): HeaderPair[] =>
      read
        .filter(({ place }) => place === wanted)
        .flatMap(({ name, values }) => values.map((value): HeaderPair => [name, value]));
    return { headers: pairs("header"), query: pairs("querystring"), path: Object.fromEntries(pairs("path")) };
  };
}

/** The values of a source; none when it is not there, and the parameter is then left out. */
function readSource(source: ParameterSource, request: IntegrationRequest): readonly string[] {
  const { body, context, stageVariables } = request;
  switch (source.kind) {
    case "text":
      return [source.text];
    case "header":
    case "query":
      return handshakeValues(source, request);
    case "body":
      if (source.path === undefined) return body === "" ? [] : [body];
      return toTexts(readJsonPath(source.path, parseJson(body)));
    case "stage-variable":
      return Object.hasOwn(stageVariables, source.name) ? [stageVariables[source.name] ?? ""] : [];
    case "context":
      return toTexts(readJsonPath(source.path, context));
  }
}

/** Headers and queries come with `$connect` only (API Gateway, documented). */
function handshakeValues(
  { kind, name, all }: Extract<ParameterSource, { kind: "header" | "query" }>,
  { event }: IntegrationRequest,
): readonly string[] {
  if (event.kind !== "connect") return [];
  const pairs =
    kind === "query"
      ? event.query.filter(([one]) => one === name)
      : event.headers.filter(([one]) => one.toLowerCase() === name.toLowerCase());
  const values = pairs.map(([, value]) => value);
  return all ? values : values.slice(-1);
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
