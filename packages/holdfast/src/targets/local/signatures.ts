import { readFile } from "node:fs/promises";
import { HoldfastError, toError } from "../../base/errors.ts";
import { readPolicy } from "../../model/iam/read-policy.ts";
import type { SignatureAccess, Credential } from "../../gateway/iam/authenticate.ts";
import { watchFile } from "../../base/watch-file.ts";
import type { Log } from "../../base/log.ts";
import type { SignatureOptions } from "./signature-options.ts";
import { hasCredentials, placeholderCredentials } from "./aws-environment.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface Signatures {
  readonly access: SignatureAccess;
  close(): void;
}

/**
 * Whose signatures are taken. With `strict` these are the credentials that functions find in their environment, and
 * those of the file, which is read again when it changes; one that cannot be read then leaves those of before. Rejects
 * with `CREDENTIALS_INVALID`.
 */
export async function readSignatures(
  { mode = "well-formed", credentialsFile, fileIsForApis = false }: SignatureOptions,
  environment: Environment,
  log: Log,
): Promise<Signatures> {
  if (mode !== "strict") return { access: { mode }, close: () => {} };
  const known = new Map(ofEnvironment(environment));
  if (credentialsFile === undefined) return { access: { mode, credentials: known }, close: () => {} };
  const read = async () => new Map(await readCredentials(credentialsFile, fileIsForApis));
  let ofFile = await read();
  const readAgain = async (): Promise<void> => {
    try {
      ofFile = await read();
      log("info", "credentials-read", { message: `Took ${ofFile.size} credential(s) of ${credentialsFile}` });
    } catch (error) {
      log("error", "credentials-kept", { message: "The credentials of before go on being taken", error });
    }
  };
  const stop = watchFile(credentialsFile, () => void readAgain());
  return { access: { mode, credentials: { get: (id) => ofFile.get(id) ?? known.get(id) } }, close: stop };
}

/** Nothing where functions have keys that are not seen here, such as those of a profile; an id alone is no key. */
function ofEnvironment(environment: Environment): [string, Credential][] {
  if (environment.AWS_ACCESS_KEY_ID === undefined && hasCredentials(environment)) return [];
  if (environment.AWS_ACCESS_KEY_ID !== undefined && !isText(environment.AWS_SECRET_ACCESS_KEY)) return [];
  const made = placeholderCredentials;
  const { AWS_ACCESS_KEY_ID: id = made.AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN: sessionToken } = environment;
  const { AWS_SECRET_ACCESS_KEY: secret = made.AWS_SECRET_ACCESS_KEY } = environment;
  return [[id, { secret, ...(sessionToken !== undefined && { sessionToken }) }]];
}

async function readCredentials(file: string, isForApis: boolean): Promise<[string, Credential][]> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw invalid(file, toError(error).message);
  }
  if (!Array.isArray(content)) throw invalid(file, "it holds no list");
  return content.map((one: unknown, index) =>
    toCredential(file, isForApis ? { policy: apisOnly, ...(one as object) } : one, index),
  );
}

/** What stands for the policy of those that have none. */
const apisOnly = { Statement: [{ Effect: "Allow", Action: "execute-api:*", Resource: "*" }] };

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
