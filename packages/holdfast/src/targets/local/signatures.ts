import { readFile } from "node:fs/promises";
import { HoldfastError, toError } from "../../base/errors.ts";
import { readPolicy } from "../../model/iam/read-policy.ts";
import type { SignatureAccess, Credential } from "../../gateway/iam/authenticate.ts";
import type { SignatureOptions } from "./signature-options.ts";
import { placeholderCredentials } from "./aws-environment.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whose signatures are taken. With `strict` these are the credentials that functions find in their environment, and
 * those of the file. Rejects with `CREDENTIALS_INVALID`.
 */
export async function readSignatures(
  { mode = "well-formed", credentialsFile }: SignatureOptions,
  environment: Environment,
): Promise<SignatureAccess> {
  if (mode !== "strict") return { mode };
  const ofFile = credentialsFile === undefined ? [] : await readCredentials(credentialsFile);
  return { mode, credentials: new Map([ofEnvironment(environment), ...ofFile]) };
}

function ofEnvironment(environment: Environment): [string, Credential] {
  const made = placeholderCredentials;
  const { AWS_ACCESS_KEY_ID: id = made.AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN: sessionToken } = environment;
  const { AWS_SECRET_ACCESS_KEY: secret = made.AWS_SECRET_ACCESS_KEY } = environment;
  return [id, { secret, ...(sessionToken !== undefined && { sessionToken }) }];
}

async function readCredentials(file: string): Promise<[string, Credential][]> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw invalid(file, toError(error).message);
  }
  if (!Array.isArray(content)) throw invalid(file, "it holds no list");
  return content.map((one: unknown, index) => toCredential(file, one, index));
}

function toCredential(file: string, one: unknown, index: number): [string, Credential] {
  const { accessKeyId, secretAccessKey, sessionToken, policy, userArn } = (one ?? {}) as Record<
    string,
    unknown
  >;
  if (!isText(accessKeyId) || !isText(secretAccessKey))
    throw invalid(file, `entry ${index} has no accessKeyId and secretAccessKey`);
  const reading = policy === undefined ? undefined : readPolicy(policy);
  if (reading !== undefined && "problems" in reading)
    throw invalid(file, `the policy of ${accessKeyId}: ${reading.problems.join("; ")}`);
  return [
    accessKeyId,
    {
      secret: secretAccessKey,
      ...(isText(sessionToken) && { sessionToken }),
      ...(isText(userArn) && { userArn }),
      ...(reading !== undefined && { policy: reading.policy }),
    },
  ];
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function invalid(file: string, why: string): HoldfastError {
  return new HoldfastError("CREDENTIALS_INVALID", `The credentials in ${file} cannot be read: ${why}`);
}
