import type { Authorizer } from "../../../../model/app-model.ts";
import { findFunction } from "./api-function.ts";
import type { ResolvedResource, ResourceSet } from "../draft.ts";
import { propertiesOf } from "../properties.ts";

export type ReadAuthorizer =
  | { readonly authorizer: Authorizer }
  /** Why no route can use it; the end of a sentence. */
  | { readonly problem: string };

/**
 * Undefined when it lacks what every authorizer has, which is reported. Why it cannot be asked is for its routes to
 * report: one that no route uses stops nothing.
 */
export function readWebSocketAuthorizer(
  resource: ResolvedResource,
  stageVariables: Readonly<Record<string, string>>,
  set: ResourceSet,
): ReadAuthorizer | undefined {
  const properties = propertiesOf(resource, set.problems);
  properties.require("AuthorizerType", "AuthorizerUri");
  const type = properties.text("AuthorizerType");
  const uri = properties.text("AuthorizerUri");
  if (type === undefined || uri === undefined) return undefined;
  if (type !== "REQUEST")
    return { problem: `its AuthorizerType is "${type}"; WebSocket APIs have REQUEST only` };
  const found = findFunction(uri, stageVariables, set);
  if ("problem" in found) return found;
  const identitySources = properties.texts("IdentitySource");
  const name = nameOfAuthorizer(resource);
  const role = properties.text("AuthorizerCredentialsArn");
  return {
    authorizer: {
      name,
      function: found.function,
      identitySources,
      ...(resource.logicalId !== name && { id: resource.logicalId }),
      ...(role !== undefined && { role }),
    },
  };
}

/** The model's names are plain ones. */
function nameOfAuthorizer({ logicalId, properties: { Name: name } }: ResolvedResource): string {
  return typeof name === "string" && /^[A-Za-z0-9][\w-]{0,63}$/.test(name) ? name : logicalId;
}
