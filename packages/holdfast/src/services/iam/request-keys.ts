import type { ConditionContext } from "../../model/iam/condition-context.ts";
import type { FunctionIdentity } from "../../model/iam/function-identity.ts";
import type { AccessTable, AskedAccess } from "./asked-access.ts";

/** Facts of a request that conditions can be about, whatever the service. */
export interface RequestFacts {
  readonly region: string;
  readonly accountId: string;
  readonly nowMs: number;
  readonly function: string;
  readonly userAgent?: string | undefined;
  readonly referer?: string | undefined;
}

/** Global keys that no request of a function has, whatever is in the account (documented). */
const absent: ReadonlySet<string> = new Set([
  "aws:username",
  "aws:sourcearn",
  "aws:sourceaccount",
  "aws:sourceorgid",
  "aws:calledvia",
  "aws:calledviafirst",
  "aws:calledvialast",
  "aws:principalservicename",
  "aws:principalservicenameslist",
  "aws:federatedprovider",
  "aws:multifactorauthage",
  "aws:referer",
  "aws:useragent",
]);

/** The values of IAM's condition keys. What depends on tags, networks or the organisation is not known here. */
export function requestContext(
  { region, accountId, nowMs, function: name, userAgent, referer }: RequestFacts,
  { roleArn }: FunctionIdentity,
  { keys }: AskedAccess,
  { knownKeys }: Pick<AccessTable, "knownKeys">,
  service: string,
): ConditionContext {
  const now = new Date(nowMs);
  return {
    values: {
      ...keys,
      "aws:PrincipalArn": roleArn,
      "aws:PrincipalAccount": accountId,
      "aws:PrincipalType": "AssumedRole",
      "aws:PrincipalIsAWSService": "false",
      "aws:ViaAWSService": "false",
      "aws:ResourceAccount": accountId,
      "aws:RequestedRegion": region,
      "aws:CurrentTime": now.toISOString(),
      "aws:EpochTime": String(Math.floor(nowMs / 1000)),
      // As on AWS, where SDKs speak TLS; here a handler may have been given a plain URL.
      "aws:SecureTransport": "true",
      "aws:UserAgent": userAgent,
      "aws:Referer": referer,
      "lambda:SourceFunctionArn": `arn:aws:lambda:${region}:${accountId}:function:${name}`,
    },
    isKnown(key) {
      const [prefix] = key.split(":", 1);
      if (prefix === "aws") return absent.has(key);
      return prefix !== service || knownKeys.includes(key);
    },
  };
}
