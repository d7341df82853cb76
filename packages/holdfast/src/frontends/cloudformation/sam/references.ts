import type { Json, JsonObject, Template, TemplateResource } from "../template/template.ts";
import { isList, isObject } from "../template/json-kinds.ts";

/**
 * Replaces the references that only SAM knows (`!Ref Api.Stage`, `${Hello.Version}` within `Fn::Sub`) by references to
 * the resources that are meant.
 *
 * @param targets such as `Api.Stage` to `ApiProdStage`.
 */
export function resolveReferences(template: Template, targets: ReadonlyMap<string, string>): Template {
  if (targets.size === 0) return template;
  const rewriteObject = (value: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(value).map(([name, one]) => [name, rewriteMember(name, one)]));
  const rewrite = (value: Json): Json => {
    if (isList(value)) return value.map(rewrite);
    return isObject(value) ? rewriteObject(value) : value;
  };
  const rewriteMember = (name: string, value: Json): Json => {
    if (name === "Ref" && typeof value === "string") return targets.get(value) ?? value;
    if (name === "Fn::Sub") return rewriteSub(value);
    return rewrite(value);
  };
  const rewriteSub = (value: Json): Json => {
    const [text, variables] = isList(value) ? value : [value, undefined];
    if (typeof text !== "string") return rewrite(value);
    const own = isObject(variables) ? variables : {};
    const replaced = text.replaceAll(/\$\{([^!}][^}]*)\}/g, (all, name: string) => {
      const target = Object.hasOwn(own, name) ? undefined : targets.get(name.trim());
      return target === undefined ? all : `\${${target}}`;
    });
    return variables === undefined ? replaced : [replaced, rewrite(variables)];
  };
  const rewriteResource = (resource: TemplateResource): TemplateResource => ({
    ...resource,
    properties: rewriteObject(resource.properties),
    dependsOn: resource.dependsOn.map((one) => targets.get(one) ?? one),
  });
  const rewriteEach = <T, U>(record: Readonly<Record<string, T>>, change: (one: T) => U): Record<string, U> =>
    Object.fromEntries(Object.entries(record).map(([name, one]) => [name, change(one)]));
  return {
    ...template,
    resources: rewriteEach(template.resources, rewriteResource),
    outputs: rewriteEach(template.outputs, rewriteObject),
  };
}
