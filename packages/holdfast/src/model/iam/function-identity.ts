import type { FunctionModel } from "../app-model.ts";

/** Who a function is to other services: its role, at work under the function's name. */
export interface FunctionIdentity {
  readonly roleArn: string;
  /** `arn:aws:sts::{account}:assumed-role/{role}/{function}`. */
  readonly sessionArn: string;
}

/** A function whose role is not known has one of its own name. */
export function functionIdentity(
  { name, role }: Pick<FunctionModel, "name" | "role">,
  accountId: string,
): FunctionIdentity {
  const roleArn = role?.includes(":role/") === true ? role : `arn:aws:iam::${accountId}:role/${name}`;
  // A role's path is not part of it.
  const roleName = roleArn.slice(roleArn.lastIndexOf("/") + 1);
  return { roleArn, sessionArn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${name}` };
}
