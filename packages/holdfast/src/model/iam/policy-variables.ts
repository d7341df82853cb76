import { escapeGlob } from "./glob.ts";
import { valuesOf, type ConditionContext } from "./condition-context.ts";

/** What becomes of a text with variables under a request. */
export type Substitution =
  | { readonly kind: "text"; readonly text: string }
  /** The request has no such key, and the variable no default: the text fits nothing (IAM, documented). */
  | { readonly kind: "absent" }
  /** What the key's value is on AWS cannot be known here. */
  | { readonly kind: "unknown" };

/** `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, and `${*}`, `${?}`, `${$}` for the characters themselves. */
const variablePattern = /\$\{(?<name>[^}]*)\}/g;

export function hasVariables(text: string): boolean {
  return text.includes("${");
}

/** The keys whose values a text asks for. */
export function variableKeys(text: string): readonly string[] {
  return [...text.matchAll(variablePattern)].flatMap(({ groups }) => {
    const key = splitVariable(groups?.name ?? "").key;
    return literals.has(key) ? [] : [key];
  });
}

/** A variable that nothing can be made of: the end of a sentence; undefined when all can. */
export function variableProblem(text: string): string | undefined {
  const rest = text.replaceAll(variablePattern, "");
  if (rest.includes("${")) return "holds a policy variable without an end";
  const wrong = variableKeys(text).find((key) => !/^[\w-]+:[^\s,']+$/.test(key));
  return wrong === undefined ? undefined : `holds a policy variable that is none: \${${wrong}}`;
}

/** Puts values in for variables; they stand for themselves, whatever characters they have. */
export function substituteVariables(text: string, context: ConditionContext): Substitution {
  let outcome: Substitution["kind"] = "text";
  const substituted = text.replaceAll(variablePattern, (_match, name: string) => {
    const { key, otherwise } = splitVariable(name);
    if (literals.has(key)) return escapeGlob(key);
    const values = valuesOf(context, key);
    if (values === "unknown" || (values !== undefined && values.length > 1)) outcome = "unknown";
    else if (values?.[0] !== undefined) return escapeGlob(values[0]);
    else if (otherwise !== undefined) return escapeGlob(otherwise);
    else if (outcome === "text") outcome = "absent";
    return "";
  });
  return outcome === "text" ? { kind: "text", text: substituted } : { kind: outcome };
}

const literals: ReadonlySet<string> = new Set(["*", "?", "$"]);

function splitVariable(name: string): { readonly key: string; readonly otherwise?: string } {
  const { key = "", otherwise } = /^(?<key>[^,]*?)\s*(?:,\s*'(?<otherwise>.*)'\s*)?$/.exec(name.trim())
    ?.groups ?? {
    key: name,
  };
  return { key, ...(otherwise !== undefined && { otherwise }) };
}
