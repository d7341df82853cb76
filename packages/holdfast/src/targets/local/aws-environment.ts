import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { defaultAccountId, defaultRegion } from "../../model/defaults.ts";
import { credentialSources } from "../../model/aws-credential-variables.ts";
import { hostNameOf } from "../../model/aws-hosts.ts";
import type { AwsPlace } from "../../ports/frontend.ts";
import { bundleVariables } from "./certificates/ca-bundle.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Enough for an SDK to sign with; nobody's. */
export const placeholderCredentials = { AWS_ACCESS_KEY_ID: "holdfast", AWS_SECRET_ACCESS_KEY: "holdfast" };

/** `off` leaves everything about AWS to the user: names, region and credentials. */
export function awsNamesAreOff(environment: Environment): boolean {
  return environment.HOLDFAST_AWS_NAMES === "off";
}

/**
 * What functions see of the surroundings: the user's environment, authorities to trust, and what a Lambda function
 * finds set and a laptop may not have, a region and credentials.
 */
export function functionSurroundings(
  environment: Environment,
  bundleFile: string,
): Readonly<Record<string, string | undefined>> {
  const trust = Object.fromEntries(bundleVariables.map((name) => [name, bundleFile]));
  if (awsNamesAreOff(environment)) return { ...environment, ...trust };
  const region = regionOf(environment);
  return {
    ...(hasCredentials(environment) ? {} : placeholderCredentials),
    ...environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...trust,
  };
}

/** `HOLDFAST_HOSTS`: names of this machine beside `localhost`, separated by commas. */
export function readHostNames({ HOLDFAST_HOSTS = "" }: Environment): readonly string[] {
  return HOLDFAST_HOSTS.split(",")
    .map((name) => hostNameOf(name.trim()))
    .filter((name) => name !== "");
}

/** The region that functions believe to be in. */
export function regionOf(environment: Environment): string {
  return environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? defaultRegion;
}

/** Where on AWS an app believes to be. */
export function placeOf({
  environment,
  stage,
}: {
  readonly environment: Environment;
  readonly stage: string;
}): AwsPlace {
  return { region: regionOf(environment), accountId: defaultAccountId, stage };
}

/** Whether SDKs find somebody to sign as. */
export function hasCredentials(environment: Environment): boolean {
  if (credentialSources.some((name) => environment[name] !== undefined)) return true;
  const home = environment.HOME ?? environment.USERPROFILE ?? homedir();
  return existsSync(environment.AWS_SHARED_CREDENTIALS_FILE ?? path.join(home, ".aws", "credentials"));
}
