import { createHash } from "node:crypto";
import type { FunctionModel, InvokePermission } from "../../model/app-model.ts";
import type { RestOperation } from "../rest-json.ts";
import { functionArn, lambdaError, type FindFunction } from "./function-address.ts";

/** `GetPolicy`: who may invoke a function, as its app's permissions say. */
export function createGetPolicy(find: FindFunction, accountId: string): RestOperation {
  return {
    method: "GET",
    path: "/2015-03-31/functions/{FunctionName}/policy",
    async run(request, context) {
      const { model } = find(request, context);
      const { permissions = [] } = model;
      // As users have seen it, of functions without a policy too.
      if (permissions.length === 0)
        throw lambdaError("ResourceNotFoundException", "The resource you requested does not exist.", 404);
      const policy = policyOf(model, permissions, context.region, accountId);
      const revision = createHash("sha256").update(policy).digest("hex").slice(0, 32);
      return { body: { Policy: policy, RevisionId: revision.replace(uuidParts, "$1-$2-$3-$4-$5") } };
    },
  };
}

const uuidParts = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/;

function policyOf(
  { name }: FunctionModel,
  permissions: readonly InvokePermission[],
  region: string,
  accountId: string,
): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Id: "default",
    Statement: permissions.map(({ principal, sourceArn }, at) => ({
      // The model does not keep the statements' names.
      Sid: `${name}-${at + 1}`,
      Effect: "Allow",
      Principal: principalOf(principal),
      Action: "lambda:InvokeFunction",
      Resource: functionArn(name, { region, accountId }),
      ...(sourceArn !== undefined && { Condition: { ArnLike: { "AWS:SourceArn": sourceArn } } }),
    })),
  });
}

function principalOf(principal: string): string | { readonly Service: string } | { readonly AWS: string } {
  if (principal === "*") return principal;
  if (/\.amazonaws\.com(?:\.cn)?$/.test(principal)) return { Service: principal };
  return { AWS: /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal };
}
