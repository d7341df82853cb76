import type { FunctionModel } from "../../model/app-model.ts";
import type { Policy } from "../../model/iam/policy.ts";
import { readPolicy } from "../../model/iam/read-policy.ts";
import { findManagedPolicy } from "./managed-policies.ts";

/** What a function's role may do, as far as that is known. */
export interface RolePolicies {
  readonly policies: readonly Policy[];
  /** Policies whose documents are nowhere: AWS's own that are not known here, and all of a role from elsewhere. */
  readonly unknown: readonly string[];
  /** Why a document cannot be used, a sentence each. AWS would not have taken it; so nothing is allowed. */
  readonly problems: readonly string[];
}

export function readRolePolicies({ policies = [] }: Pick<FunctionModel, "policies">): RolePolicies {
  const readings = policies.map(({ name, document }) => {
    const isWritten = Object.keys(document).length > 0;
    const known = isWritten ? document : findManagedPolicy(name);
    return { name, reading: known && readPolicy(known) };
  });
  return {
    policies: readings.flatMap(({ reading }) => (reading && "policy" in reading ? [reading.policy] : [])),
    unknown: readings.flatMap(({ name, reading }) => (reading === undefined ? [name] : [])),
    problems: readings.flatMap(({ name, reading }) =>
      reading && "problems" in reading ? reading.problems.map((problem) => `${name}: ${problem}`) : [],
    ),
  };
}
