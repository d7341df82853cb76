import type { Clock } from "../../base/clock.ts";
import { functionIdentity } from "../../model/iam/function-identity.ts";
import type { AwsCaller } from "../../ports/aws-services.ts";
import { AwsServiceError } from "../aws-service-error.ts";
import { createQueryFace, type QueryOperation } from "../query-protocol.ts";
import type { OperationInput, ServiceFace } from "../service-face.ts";
import { textMembers } from "../text-members.ts";
import { IssuedKeys, type Identity, type RandomBytes } from "./issued-keys.ts";

export interface StsFaceOptions {
  readonly accountId: string;
  readonly clock: Clock;
  readonly randomBytes?: RandomBytes;
  /** The role's ARN of a function, where it is known. */
  readonly roleOf?: (functionName: string) => string | undefined;
}

/**
 * Who somebody is, and keys for being somebody else. There is one account, and it has every role that is asked for: keys
 * are made up, and what they may do is judged nowhere yet.
 */
export function createStsFace({ accountId, clock, randomBytes, roleOf }: StsFaceOptions): ServiceFace {
  const identityOf = (caller: AwsCaller): Identity =>
    caller.function === undefined
      ? userOf(caller, accountId)
      : workerOf(caller.function, roleOf?.(caller.function), accountId);
  const keys = new IssuedKeys(clock, randomBytes);
  const operations: Record<string, QueryOperation> = {
    async GetCallerIdentity(_input, { caller }) {
      const identity = keys.identityOf(caller.accessKeyId ?? "") ?? identityOf(caller);
      return { Arn: identity.arn, UserId: identity.userId, Account: accountId };
    },

    async AssumeRole(input) {
      const assumed = keys.assume(readRole(input), readSessionName(input), readSeconds(input, 3600, 43_200));
      return {
        Credentials: { ...assumed.credentials },
        AssumedRoleUser: { AssumedRoleId: assumed.userId, Arn: assumed.arn },
      };
    },

    // Whose token it is, is not looked at: nobody is told what it says.
    async AssumeRoleWithWebIdentity(input) {
      text.required(input, "WebIdentityToken");
      const assumed = keys.assume(readRole(input), readSessionName(input), readSeconds(input, 3600, 43_200));
      return {
        Credentials: { ...assumed.credentials },
        SubjectFromWebIdentityToken: "holdfast",
        AssumedRoleUser: { AssumedRoleId: assumed.userId, Arn: assumed.arn },
        Provider: text.optional(input, "ProviderId") ?? "holdfast",
        Audience: "sts.amazonaws.com",
      };
    },

    async GetSessionToken(input, { caller }) {
      const identity = keys.identityOf(caller.accessKeyId ?? "") ?? identityOf(caller);
      return { Credentials: { ...keys.issue(identity, readSeconds(input, 43_200, 129_600)) } };
    },

    async GetAccessKeyInfo(input) {
      text.required(input, "AccessKeyId");
      return { Account: accountId };
    },
  };
  return createQueryFace({
    service: "sts",
    version: "2011-06-15",
    namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    operations,
  });
}

const text = textMembers("ValidationError");

/** A function is its role at work, as on AWS. */
function workerOf(name: string, role: string | undefined, accountId: string): Identity {
  const { sessionArn } = functionIdentity({ name, ...(role !== undefined && { role }) }, accountId);
  return { arn: sessionArn, userId: `AROAHOLDFAST000000000:${name}` };
}

/** Whoever else signs is a user who is called as the access key is. */
function userOf({ accessKeyId = "holdfast" }: AwsCaller, accountId: string): Identity {
  return { arn: `arn:aws:iam::${accountId}:user/${accessKeyId}`, userId: accessKeyId };
}

/** The role's account and name. */
function readRole(input: OperationInput): { readonly account: string; readonly role: string } {
  const arn = text.required(input, "RoleArn");
  const { account, role } =
    /^arn:[\w-]+:iam::(?<account>\d{12}):role\/(?:.*\/)?(?<role>[\w+=,.@-]+)$/.exec(arn)?.groups ?? {};
  if (account !== undefined && role !== undefined) return { account, role };
  throw new AwsServiceError("ValidationError", `${arn} is invalid`);
}

function readSessionName(input: OperationInput): string {
  const name = text.required(input, "RoleSessionName");
  if (/^[\w+=,.@-]{2,64}$/.test(name)) return name;
  throw new AwsServiceError(
    "ValidationError",
    `1 validation error detected: Value '${name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
  );
}

/** At least a quarter of an hour (documented). */
function readSeconds(input: OperationInput, usual: number, maximum: number): number {
  const given = text.optional(input, "DurationSeconds");
  const seconds = given === undefined ? usual : Number(given);
  if (Number.isInteger(seconds) && seconds >= 900 && seconds <= maximum) return seconds;
  const bound = seconds > maximum ? `less than or equal to ${maximum}` : "greater than or equal to 900";
  throw new AwsServiceError(
    "ValidationError",
    `1 validation error detected: Value '${given}' at 'durationSeconds' failed to satisfy constraint: Member must have value ${bound}`,
  );
}
