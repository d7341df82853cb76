import { isRecord } from "../../base/is-record.ts";
import { readOperator, type Condition } from "./condition.ts";
import type { Patterns, Policy, Statement } from "./policy.ts";
import { hasVariables, variableProblem } from "./policy-variables.ts";
import type { Principals } from "./principal.ts";

export type PolicyReading =
  | { readonly policy: Policy }
  /** Why it is none that can be used: a sentence each, with its place. */
  | { readonly problems: readonly string[] };

/** Whose a policy is: an identity's or a session's, which has no principals, or a resource's, which names them. */
export type PolicyOwner = "identity" | "resource";

/**
 * Reads an IAM policy document, as parsed from JSON. What cannot be kept to the letter (a principal of another kind, an
 * operator that is not known) is a problem, never left out.
 */
export function readPolicy(document: unknown, owner: PolicyOwner = "identity"): PolicyReading {
  const problems: string[] = [];
  if (!isRecord(document)) return { problems: ["The policy is no object"] };
  const { Version: version, Statement: statement } = document;
  if (version !== undefined && version !== currentVersion && version !== "2008-10-17")
    problems.push(`Version is neither ${currentVersion} nor 2008-10-17`);
  const parts = Array.isArray(statement) ? (statement as readonly unknown[]) : [statement];
  if (statement === undefined) problems.push("Statement is missing");
  const statements = parts.map((part, index) =>
    readStatement(part, {
      owner,
      // In the older version `${…}` is text like any other (IAM, documented).
      takesVariables: version === currentVersion,
      report: (problem) => problems.push(`Statement ${index + 1}: ${problem}`),
    }),
  );
  return problems.length > 0 ? { problems } : { policy: { statements } };
}

const currentVersion = "2012-10-17";

interface Reader {
  readonly owner: PolicyOwner;
  readonly takesVariables: boolean;
  readonly report: (problem: string) => void;
}

type Fields = Readonly<Record<string, unknown>>;

function readStatement(value: unknown, reader: Reader): Statement {
  const { report } = reader;
  const fields = isRecord(value) ? value : {};
  if (!isRecord(value)) report("it is no object");
  const effect = fields.Effect;
  if (effect !== "Allow" && effect !== "Deny") report('Effect is neither "Allow" nor "Deny"');
  const principals = readPrincipals(fields, reader);
  return {
    effect: effect === "Allow" ? "allow" : "deny",
    ...(principals !== undefined && { principals }),
    actions: readPatterns(fields, "Action", { ...reader, takesVariables: false }),
    resources: readPatterns(fields, "Resource", reader),
    conditions: readConditions(fields.Condition, reader),
  };
}

/** `Action` or `NotAction`, `Resource` or `NotResource`: exactly one of the two. */
function readPatterns(fields: Fields, name: "Action" | "Resource", reader: Reader): Patterns {
  const { report, takesVariables } = reader;
  const [plain, negated] = [fields[name], fields[`Not${name}`]];
  if ((plain === undefined) === (negated === undefined)) report(`it needs either ${name} or Not${name}`);
  const patterns = readTexts(plain ?? negated);
  if (patterns === undefined) report(`${name} is neither text nor a list of texts`);
  // Without patterns NotAction would cover everything.
  if (patterns?.length === 0) report(`${name} is an empty list`);
  if (takesVariables) reportVariables(patterns ?? [], name, reader);
  return {
    negated: plain === undefined,
    patterns: patterns ?? [],
    hasVariables: takesVariables && patterns?.some(hasVariables) === true,
  };
}

function readConditions(value: unknown, reader: Reader): Condition[] {
  const { report, takesVariables } = reader;
  if (value === undefined) return [];
  if (!isRecord(value)) {
    report("Condition is no object");
    return [];
  }
  return Object.entries(value).flatMap(([name, tests]) => {
    const operator = readOperator(name);
    if (operator === undefined) report(`Condition operator ${name} is not supported`);
    if (!isRecord(tests)) report(`Condition ${name} is no object`);
    if (operator === undefined || !isRecord(tests)) return [];
    return Object.entries(tests).map(([key, wanted]) => {
      const values = readTexts(wanted);
      const whose = `Condition ${name} of ${key}`;
      if (values === undefined) report(`${whose} is neither text nor a list of texts`);
      if (takesVariables) reportVariables(values ?? [], whose, reader);
      return {
        ...operator,
        key,
        values: values ?? [],
        hasVariables: takesVariables && values?.some(hasVariables) === true,
      };
    });
  });
}

function reportVariables(texts: readonly string[], whose: string, { report }: Reader): void {
  for (const text of texts) {
    const problem = variableProblem(text);
    if (problem !== undefined) report(`${whose} ${problem}`);
  }
}

/** `Principal` or `NotPrincipal`: `"*"`, or an object of kinds. */
function readPrincipals(fields: Fields, { owner, report }: Reader): Principals | undefined {
  const { Principal: plain, NotPrincipal: negated } = fields;
  if (owner === "identity") {
    for (const name of ["Principal", "NotPrincipal"])
      if (fields[name] !== undefined) report(`${name} is not for a policy that belongs to a caller`);
    return undefined;
  }
  if ((plain === undefined) === (negated === undefined)) report("it needs either Principal or NotPrincipal");
  const given = plain ?? negated;
  const byKind = given === "*" ? { AWS: "*" } : given;
  if (!isRecord(byKind)) {
    report('Principal is neither "*" nor an object');
    return undefined;
  }
  for (const kind of Object.keys(byKind))
    if (!principalKinds.has(kind)) report(`Principal has the kind ${kind}, which is none`);
  const [aws, services] = [readTexts(byKind.AWS ?? []), readTexts(byKind.Service ?? [])];
  if (aws === undefined || services === undefined)
    report("Principal has a kind that is neither text nor a list of texts");
  return {
    negated: plain === undefined,
    everybody: aws?.includes("*") === true,
    aws: aws ?? [],
    services: services ?? [],
  };
}

/** The last two are people from elsewhere: never a role or a service here. */
const principalKinds: ReadonlySet<string> = new Set(["AWS", "Service", "Federated", "CanonicalUser"]);

/** Numbers and booleans are taken for their text, as IAM does in conditions. */
function readTexts(value: unknown): readonly string[] | undefined {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  const areTexts = texts.every((one) => ["string", "number", "boolean"].includes(typeof one));
  return areTexts ? texts.map(String) : undefined;
}
