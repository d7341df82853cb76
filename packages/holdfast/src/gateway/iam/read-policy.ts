import { readOperator, type Condition } from "./condition.ts";
import type { Policy, Statement } from "./policy.ts";

export type PolicyReading =
  | { readonly policy: Policy }
  /** Why it is none that can be used: a sentence each, with its place. */
  | { readonly problems: readonly string[] };

/**
 * Reads an IAM policy document of an identity or a session, as parsed from JSON. What cannot be kept to the letter
 * (a principal, a policy variable, an operator that is not known here) is a problem, never left out.
 */
export function readPolicy(document: unknown): PolicyReading {
  const problems: string[] = [];
  if (!isObject(document)) return { problems: ["The policy is no object"] };
  const { Version: version, Statement: statement } = document;
  if (version !== undefined && version !== "2012-10-17" && version !== "2008-10-17")
    problems.push("Version is neither 2012-10-17 nor 2008-10-17");
  const parts = Array.isArray(statement) ? (statement as readonly unknown[]) : [statement];
  if (statement === undefined) problems.push("Statement is missing");
  const statements = parts.map((part, index) =>
    readStatement(part, (problem) => problems.push(`Statement ${index + 1}: ${problem}`)),
  );
  return problems.length > 0 ? { problems } : { policy: { statements } };
}

type Report = (problem: string) => void;

function readStatement(value: unknown, report: Report): Statement {
  const fields = isObject(value) ? value : {};
  if (!isObject(value)) report("it is no object");
  const effect = fields.Effect;
  if (effect !== "Allow" && effect !== "Deny") report('Effect is neither "Allow" nor "Deny"');
  for (const name of ["Principal", "NotPrincipal"])
    if (fields[name] !== undefined) report(`${name} is not for a policy that belongs to a caller`);
  return {
    effect: effect === "Allow" ? "allow" : "deny",
    actions: readPatterns(fields, "Action", report),
    resources: readPatterns(fields, "Resource", report),
    conditions: readConditions(fields.Condition, report),
  };
}

/** `Action` or `NotAction`, `Resource` or `NotResource`: exactly one of the two. */
function readPatterns(
  fields: Readonly<Record<string, unknown>>,
  name: "Action" | "Resource",
  report: Report,
): Statement["actions"] {
  const [plain, negated] = [fields[name], fields[`Not${name}`]];
  if ((plain === undefined) === (negated === undefined)) report(`it needs either ${name} or Not${name}`);
  const patterns = readTexts(plain ?? negated);
  if (patterns === undefined) report(`${name} is neither text nor a list of texts`);
  // Without patterns NotAction would cover everything.
  if (patterns?.length === 0) report(`${name} is an empty list`);
  if (patterns?.some((pattern) => pattern.includes("${")) === true)
    report(`${name} holds a policy variable, which is not supported`);
  return { negated: plain === undefined, patterns: patterns ?? [] };
}

function readConditions(value: unknown, report: Report): Condition[] {
  if (value === undefined) return [];
  if (!isObject(value)) {
    report("Condition is no object");
    return [];
  }
  return Object.entries(value).flatMap(([name, tests]) => {
    const operator = readOperator(name);
    if (operator === undefined) report(`Condition operator ${name} is not supported`);
    if (!isObject(tests)) report(`Condition ${name} is no object`);
    if (operator === undefined || !isObject(tests)) return [];
    return Object.entries(tests).map(([key, wanted]) => {
      const values = readTexts(wanted);
      if (values === undefined) report(`Condition ${name} of ${key} is neither text nor a list of texts`);
      if (values?.some((one) => one.includes("${")) === true)
        report(`Condition ${name} of ${key} holds a policy variable, which is not supported`);
      return { ...operator, key, values: values ?? [] };
    });
  });
}

/** Numbers and booleans are taken for their text, as IAM does in conditions. */
function readTexts(value: unknown): readonly string[] | undefined {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  const areTexts = texts.every((one) => ["string", "number", "boolean"].includes(typeof one));
  return areTexts ? texts.map(String) : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
