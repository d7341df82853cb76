import type { Resolve } from "../intrinsics/scope.ts";
import { asText, isList, isObject } from "../template/json-kinds.ts";
import type { Json, Template, TemplateResource } from "../template/template.ts";
import type { LoadedStack } from "./load-stack.ts";

/** The stacks that one stack nests, evaluated as they are asked for: what one is given may be another's output. */
export interface NestedStacks<Evaluated> {
  has(logicalId: string): boolean;
  /** Of `Outputs.Name`, the output's value. */
  attribute(logicalId: string, attribute: string): Json | undefined;
  /** In the template's order. */
  all(): readonly Evaluated[];
}

interface NestedStackOptions<Evaluated> {
  /** Within the stack that nests them. */
  readonly resolve: Resolve;
  /** Evaluates one, with values of its parameters. */
  readonly evaluate: (
    template: Template,
    stack: LoadedStack,
    given: Readonly<Record<string, string>>,
  ) => Evaluated;
}

export function createNestedStacks<Evaluated extends { output(name: string): Json | undefined }>(
  loaded: ReadonlyMap<string, LoadedStack>,
  existing: Readonly<Record<string, TemplateResource>>,
  { resolve, evaluate }: NestedStackOptions<Evaluated>,
): NestedStacks<Evaluated> {
  const known = new Map<string, Evaluated | undefined>();

  const stackOf = (logicalId: string): Evaluated | undefined => {
    if (known.has(logicalId)) return known.get(logicalId);
    const stack = loaded.get(logicalId);
    const resource = existing[logicalId];
    if (stack?.template === undefined || resource === undefined) return undefined;
    // Whoever asks for it while it is evaluated goes in a circle, and finds nothing.
    known.set(logicalId, undefined);
    const given = resolve(resource.properties["Parameters"] ?? {}, [
      "Resources",
      logicalId,
      "Properties",
      "Parameters",
    ]);
    const evaluated = evaluate(stack.template, stack, asTexts(given));
    known.set(logicalId, evaluated);
    return evaluated;
  };

  return {
    has: (logicalId) => loaded.has(logicalId) && Object.hasOwn(existing, logicalId),
    attribute: (logicalId, attribute) => {
      const name = /^Outputs\.(?<name>.+)$/.exec(attribute)?.groups?.name;
      return name === undefined ? undefined : stackOf(logicalId)?.output(name);
    },
    all: () =>
      Object.keys(existing).flatMap((logicalId) => (loaded.has(logicalId) ? (stackOf(logicalId) ?? []) : [])),
  };
}

/** Parameters are given as text; lists with commas. */
function asTexts(given: Json | undefined): Readonly<Record<string, string>> {
  const entries = Object.entries(isObject(given) ? given : {});
  return Object.fromEntries(
    entries.map(([name, value]) => [name, isList(value) ? value.map(toText).join(",") : toText(value)]),
  );
}

function toText(value: Json): string {
  return asText(value) ?? JSON.stringify(value);
}
