import { asText, isList } from "../template/json-kinds.ts";
import type { Json, JsonObject, Problems, TemplatePath } from "../template/template.ts";

interface Checked {
  readonly name: string;
  readonly declaration: JsonObject;
  readonly value: Json;
  readonly path: TemplatePath;
  readonly problems: Problems;
}

/** Reports a value that its parameter does not allow. The values of `NoEcho` parameters are not repeated. */
export function checkParameter(checked: Checked): void {
  const { name, declaration, value, path, problems } = checked;
  const refuse = (item: string, must: string): void => {
    const { ConstraintDescription: description, NoEcho: noEcho } = declaration;
    const hint = typeof description === "string" ? description : undefined;
    const shown = asText(noEcho ?? false) === "true" ? "Its value" : JSON.stringify(item);
    problems.error(path, "TEMPLATE_PROPERTY_INVALID", `The parameter ${name}: ${shown} ${must}`, hint);
  };
  for (const item of isList(value) ? value : [value]) {
    const text = asText(item) ?? "";
    const reason =
      notOfType(declaration, text) ??
      notAllowed(declaration, text) ??
      notOfLength(declaration, text) ??
      notInRange(declaration, text) ??
      notOfPattern(checked, text);
    if (reason !== undefined) refuse(text, reason);
  }
}

function notOfType({ Type: type }: JsonObject, text: string): string | undefined {
  if (type !== "Number" && type !== "List<Number>") return undefined;
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text) ? undefined : "must be a number";
}

function notAllowed({ AllowedValues: allowed }: JsonObject, text: string): string | undefined {
  if (!isList(allowed)) return undefined;
  const values = allowed.map((value) => asText(value) ?? "");
  return values.includes(text) ? undefined : `must be one of ${values.join(", ")}`;
}

function notOfLength({ MinLength: least, MaxLength: most }: JsonObject, text: string): string | undefined {
  if (least !== undefined && text.length < Number(least))
    return `must have at least ${show(least)} characters`;
  if (most !== undefined && text.length > Number(most)) return `must have at most ${show(most)} characters`;
  return undefined;
}

function notInRange({ MinValue: least, MaxValue: most }: JsonObject, text: string): string | undefined {
  if (least !== undefined && Number(text) < Number(least)) return `must be at least ${show(least)}`;
  if (most !== undefined && Number(text) > Number(most)) return `must be at most ${show(most)}`;
  return undefined;
}

/** The pattern has to match the whole text, as documented. It is one of Java's: some of those JavaScript does not know. */
function notOfPattern({ declaration, path, problems }: Checked, text: string): string | undefined {
  const pattern = declaration["AllowedPattern"];
  if (typeof pattern !== "string") return undefined;
  let expression: RegExp;
  try {
    expression = new RegExp(`^(?:${pattern})$`);
  } catch {
    const message = `Holdfast cannot try the pattern ${pattern}; any value is taken`;
    problems.warn([...path, "AllowedPattern"], "TEMPLATE_PROPERTY_INVALID", message);
    return undefined;
  }
  return expression.test(text) ? undefined : `must match ${pattern}`;
}

function show(value: Json): string {
  return asText(value) ?? "";
}
