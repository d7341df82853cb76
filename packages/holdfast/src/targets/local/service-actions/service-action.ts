import { HoldfastError } from "../../../base/errors.ts";
import type { ServicePayload } from "../../../ports/service-actions.ts";
import type { LocalResources } from "../resource-calls.ts";

export type ServiceAction = (payload: ServicePayload, resources: ServiceResources) => Promise<unknown>;

/** What the services stand on. */
export type ServiceResources = Pick<LocalResources, "model" | "tables" | "tasks">;

/** The payload's text under that name. Throws `RESOURCE_ARGUMENT_INVALID`. */
export function requireText(payload: ServicePayload, name: string): string {
  const value = payload[name];
  if (typeof value === "string" && value !== "") return value;
  throw new HoldfastError("RESOURCE_ARGUMENT_INVALID", `The request has no ${name}`);
}

/** The name at the end of an ARN, or the name itself. */
export function nameIn(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? (nameOrArn.split(/[:/]/).at(-1) ?? "") : nameOrArn;
}
