import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { AppModel, FunctionModel } from "../../model/app-model.ts";
import { decideAccess, type Verdict } from "../../model/iam/decide-access.ts";
import { functionIdentity } from "../../model/iam/function-identity.ts";
import { evaluatePolicy, type Access, type Policy } from "../../model/iam/policy.ts";
import type { AccessTable, AskedAccess } from "./asked-access.ts";
import { requestContext, type RequestFacts } from "./request-keys.ts";
import { resourcePolicyOf } from "./resource-policy.ts";
import { readRolePolicies, type RolePolicies } from "./role-policies.ts";
import { suggestPolicy } from "./suggest-policy.ts";

export interface FunctionJudgeOptions {
  /** What runs now. */
  readonly model: () => AppModel | undefined;
  readonly accountId: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Why a function may not do something, in the words that AWS's services have in common. */
export interface FunctionDenial {
  /** `arn:aws:sts::{account}:assumed-role/{role}/{function}`. */
  readonly userArn: string;
  readonly access: AskedAccess;
  /** `because no identity-based policy allows the … action`, or of a denial. */
  readonly reason: (action: string) => string;
}

/** Whose request it is, and what it says. */
export type FunctionRequest = Omit<RequestFacts, "accountId" | "nowMs">;

/** How many refusals are remembered, so that each is warned of once. */
const rememberedRefusals = 1000;

/**
 * Judges what functions may do by the policies of their roles and of what they reach. Functions without roles, which are
 * those of apps in code, are held by their grants and not judged here.
 */
export class FunctionJudge {
  readonly #options: FunctionJudgeOptions;
  #model: AppModel | undefined;
  readonly #roles = new Map<string, RolePolicies>();
  readonly #told = new Set<string>();

  constructor(options: FunctionJudgeOptions) {
    this.#options = options;
  }

  /** Undefined when the function may do all of it; else the first that it may not. Refusals are logged. */
  refuse(
    request: FunctionRequest,
    asked: readonly AskedAccess[],
    table: Pick<AccessTable, "knownKeys">,
  ): FunctionDenial | undefined {
    const fn = this.#find(request.function);
    if (fn === undefined) return undefined;
    for (const access of asked) {
      const denial = this.#judge(fn, request, access, table);
      if (denial !== undefined) return denial;
    }
    return undefined;
  }

  #find(name: string): FunctionModel | undefined {
    const model = this.#options.model();
    if (model !== this.#model) {
      this.#model = model;
      this.#roles.clear();
      this.#told.clear();
    }
    const fn = model?.functions.find((one) => one.name === name);
    return fn?.policies === undefined ? undefined : fn;
  }

  #judge(
    fn: FunctionModel,
    request: FunctionRequest,
    asked: AskedAccess,
    table: Pick<AccessTable, "knownKeys">,
  ): FunctionDenial | undefined {
    const { accountId, clock } = this.#options;
    const identity = functionIdentity(fn, accountId);
    const facts = { ...request, accountId, nowMs: clock.now() };
    const [service = ""] = asked.action.split(":", 1);
    const context = requestContext(facts, identity, asked, table, service);
    const access = { action: asked.action, resource: asked.resource, context };
    const role = this.#roleOf(fn);
    const ofResource = resourcePolicyOf(asked.resource, this.#model);
    const broken = [...role.problems, ...(ofResource && "problems" in ofResource ? ofResource.problems : [])];
    const verdict: Verdict =
      broken.length > 0
        ? { decision: "implicit-deny" }
        : decideAccess(
            access,
            { kind: "role", accountId, ...identity },
            {
              identity: role.policies,
              ...(ofResource && "policy" in ofResource && { resource: ofResource.policy }),
            },
          );
    if (verdict.decision === "allow") return undefined;
    if (verdict.decision === "implicit-deny" && broken.length === 0 && role.unknown.length > 0) {
      this.#warnOfUnknownRole(fn, role);
      return undefined;
    }
    this.#warnOfRefusal(fn, access, verdict, { role, broken });
    return {
      userArn: identity.sessionArn,
      access: asked,
      reason: (action) => describeVerdict(verdict, action),
    };
  }

  #roleOf(fn: FunctionModel): RolePolicies {
    const known = this.#roles.get(fn.name) ?? readRolePolicies(fn);
    this.#roles.set(fn.name, known);
    return known;
  }

  #warnOfUnknownRole({ name }: FunctionModel, { unknown }: RolePolicies): void {
    if (!this.#isNews(`role of ${name}`)) return;
    this.#options.log("warn", "iam.role-unknown", {
      message: `What the role of function "${name}" may do is not known, so nothing is refused to it: ${unknown.join(", ")}`,
      hint: "Only policies of the template and AWS's best known ones are judged.",
      function: name,
    });
  }

  #warnOfRefusal(
    { name }: FunctionModel,
    access: Access,
    verdict: Verdict,
    { role, broken }: { readonly role: RolePolicies; readonly broken: readonly string[] },
  ): void {
    const { action, resource } = access;
    if (!this.#isNews(JSON.stringify([name, action, resource]))) return;
    const cause =
      broken.length > 0 ? `a policy cannot be used: ${broken.join("; ")}` : causeOf(verdict, access, role);
    this.#options.log("warn", "iam.denied", {
      message: `Function "${name}" may not do ${action} on ${resource}: ${cause}`,
      hint: hintOf(verdict, action, resource),
      function: name,
      action,
      resource,
    });
  }

  #isNews(what: string): boolean {
    if (this.#told.has(what) || this.#told.size >= rememberedRefusals) return false;
    this.#told.add(what);
    return true;
  }
}

function describeVerdict(verdict: Verdict, action: string): string {
  return verdict.decision === "explicit-deny"
    ? `with an explicit deny in ${verdict.in === "identity" ? "an identity" : "a resource"}-based policy`
    : `because no identity-based policy allows the ${action} action`;
}

function causeOf(verdict: Verdict, access: Access, { policies }: RolePolicies): string {
  const unknown = unknownKeys(policies, access);
  const also =
    unknown.length === 0
      ? ""
      : ` (what depends on ${unknown.join(", ")} cannot be judged here, and is refused)`;
  if (verdict.decision === "explicit-deny")
    return `a policy of its ${verdict.in === "identity" ? "role" : "resource"} denies it${also}`;
  const { action, resource, context } = access;
  const isConditional = policies.some(
    (policy) => evaluatePolicy(withoutConditions(policy), action, resource, context) === "allow",
  );
  return isConditional
    ? `its role's policies allow it under conditions that are not met${also}`
    : "no policy of its role allows it";
}

function hintOf(verdict: Verdict, action: string, resource: string): string {
  return verdict.decision === "explicit-deny"
    ? 'Change the statement with "Effect": "Deny" that covers it. --no-iam allows everything.'
    : `Add to the policies of its role: ${suggestPolicy(action, resource)}. --no-iam allows everything.`;
}

function withoutConditions({ statements }: Policy): Policy {
  return {
    statements: statements.flatMap((one) => (one.effect === "allow" ? [{ ...one, conditions: [] }] : [])),
  };
}

function unknownKeys(policies: readonly Policy[], { context }: Access): readonly string[] {
  const keys = policies.flatMap(({ statements }) => statements.flatMap(({ conditions }) => conditions));
  const given = new Set(Object.keys(context.values).map((key) => key.toLowerCase()));
  const isUnknown = (key: string): boolean => !given.has(key) && context.isKnown?.(key) === false;
  return [...new Set(keys.map(({ key }) => key))].filter((key) => isUnknown(key.toLowerCase()));
}
