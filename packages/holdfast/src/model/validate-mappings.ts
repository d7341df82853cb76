import { HoldfastError } from "../base/errors.ts";
import type { Mapping, Route, WebSocketApi } from "./app-model.ts";
import { errorAbout, type Finding } from "./finding.ts";
import type { Inventory, Located, LocatedIn } from "./inventory.ts";
import { readModelSchema } from "./model-schema.ts";
import { parseRequestParameter } from "./request-parameter.ts";
import { parseResponseKey } from "./response-key.ts";
import { compileTemplate } from "./templates/template.ts";

/** Mapping templates, request parameters, keys of integration responses and request models that cannot be read. */
export function checkMappings({ routes, models }: Inventory): readonly Finding[] {
  return [
    ...routes.flatMap(checkMapping),
    // What its function enforces, the gateway never reads.
    ...models
      .filter(({ value }) => value.enforcedBy === "gateway")
      .flatMap((model) => problemsOf(model, () => readModelSchema(model.value))),
  ];
}

function checkMapping(route: LocatedIn<Route, WebSocketApi>): readonly Finding[] {
  const { mapping } = route.value.integration;
  if (mapping === undefined) return [];
  return [
    ...checkParameters(route, mapping),
    ...checkResponseKeys(route, mapping),
    ...checkTemplates(route, mapping, route.parent.value.limits.templateBytes),
  ];
}

function checkParameters(route: Located<Route>, { requestParameters }: Mapping): readonly Finding[] {
  return Object.entries(requestParameters).flatMap(([target, source]) =>
    problemsOf(route, () => parseRequestParameter(target, source)),
  );
}

function checkResponseKeys(route: Located<Route>, { responses }: Mapping): readonly Finding[] {
  return responses.flatMap(({ key }) => problemsOf(route, () => parseResponseKey(key)));
}

function problemsOf(located: Located<unknown>, parse: () => unknown): readonly Finding[] {
  try {
    parse();
    return [];
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return [errorAbout(located, error.code, `${located.title}: ${error.message}`, error.hint)];
  }
}

function checkTemplates(route: Located<Route>, mapping: Mapping, templateBytes: number): readonly Finding[] {
  return templatesOf(mapping).flatMap((one) =>
    Buffer.byteLength(one.text) > templateBytes
      ? [tooLong(route, one, templateBytes)]
      : checkTemplate(route, one),
  );
}

interface NamedTemplate {
  readonly name: string;
  readonly text: string;
}

function templatesOf({ requestTemplates, responses }: Mapping): readonly NamedTemplate[] {
  const named = (what: string, templates: Readonly<Record<string, string>>): NamedTemplate[] =>
    Object.entries(templates).map(([key, text]) => ({ name: `${what} template "${key}"`, text }));
  return [
    ...named("request", requestTemplates),
    ...responses.flatMap(({ key, templates }) => named(`"${key}" response`, templates)),
  ];
}

function tooLong(route: Located<Route>, { name, text }: NamedTemplate, templateBytes: number): Finding {
  const message = `The ${name} of ${route.title} has ${Buffer.byteLength(text)} bytes; ${templateBytes} are allowed`;
  return errorAbout(route, "LIMIT_INVALID", message);
}

function checkTemplate(route: Located<Route>, { name, text }: NamedTemplate): readonly Finding[] {
  try {
    compileTemplate(text);
    return [];
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return [errorAbout(route, error.code, `The ${name} of ${route.title} cannot be used. ${error.message}`)];
  }
}
