import { HoldfastError } from "../base/errors.ts";
import type { Mapping, Route } from "./app-model.ts";
import { errorAbout, type Finding } from "./finding.ts";
import type { Inventory, Located } from "./inventory.ts";
import { compileTemplate } from "./templates/template.ts";

/** Mapping templates that cannot be read. */
export function checkMappings({ routes }: Inventory): readonly Finding[] {
  return routes.flatMap((route) => {
    const { mapping } = route.value.integration;
    const { templateBytes } = route.parent.value.limits;
    return mapping === undefined
      ? []
      : templatesOf(mapping).flatMap((one) =>
          Buffer.byteLength(one.text) > templateBytes
            ? [tooLong(route, one, templateBytes)]
            : checkTemplate(route, one),
        );
  });
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
