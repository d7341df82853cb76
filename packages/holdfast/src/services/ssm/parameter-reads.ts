import { createHash } from "node:crypto";
import { AwsServiceError } from "../aws-service-error.ts";
import type { Operation, OperationInput } from "../service-face.ts";
import { isBelow, readFilters } from "./parameter-filters.ts";
import {
  invalid,
  notFound,
  pageAfter,
  readMaximum,
  readName,
  readNames,
  readWanted,
  text,
} from "./parameter-input.ts";
import type { ParameterStore, StoredParameter } from "./parameter-store.ts";

export function parameterReads(
  store: ParameterStore,
  accountId: string,
): Readonly<Record<string, Operation>> {
  return {
    async GetParameter(input, { region }) {
      const given = readName(input);
      const found = await find(store, given);
      return { Parameter: toParameter(found, input, region, accountId, readWanted(given).selector) };
    },

    async GetParameters(input, { region }) {
      const names = [...new Set(readNames(input))];
      const found = await Promise.all(names.map((name) => find(store, name).catch(() => undefined)));
      return {
        Parameters: found.flatMap((one, at) =>
          one === undefined
            ? []
            : [toParameter(one, input, region, accountId, readWanted(names[at] ?? "").selector)],
        ),
        InvalidParameters: names.filter((_name, at) => found[at] === undefined),
      };
    },

    async GetParametersByPath(input, { region }) {
      const path = text.required(input, "Path");
      if (!path.startsWith("/"))
        throw invalid(
          'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
        );
      const fits = readFilters(input);
      const below = (await store.all()).filter(
        (one) => isBelow(one.name, path, input.Recursive === true) && fits(one),
      );
      const { page, next } = pageAfter(input, below, readMaximum(input, 10));
      return { Parameters: page.map((one) => toParameter(one, input, region, accountId)), ...next };
    },

    async DescribeParameters(input, { region }) {
      const found = (await store.all()).filter(readFilters(input));
      const { page, next } = pageAfter(input, found, readMaximum(input, 50));
      return { Parameters: page.map((one) => toMetadata(one, region, accountId)), ...next };
    },
  };
}

async function find(store: ParameterStore, given: string): Promise<StoredParameter> {
  const { name, selector, version } = readWanted(given);
  // The ARN of a name without a slash has one all the same.
  const isArn = given.startsWith("arn:");
  const found = (await store.get(name)) ?? (isArn ? await store.get(name.replace(/^\//, "")) : undefined);
  if (found === undefined) throw notFound(given);
  if (selector !== undefined && version !== found.version)
    throw new AwsServiceError(
      "ParameterVersionNotFound",
      `Systems Manager could not find version ${selector.slice(1)} of ${name}. Verify the version and try again.`,
    );
  return found;
}

function toParameter(
  one: StoredParameter,
  { WithDecryption: isDecrypted }: OperationInput,
  region: string,
  accountId: string,
  selector?: string,
): Readonly<Record<string, unknown>> {
  return {
    ARN: parameterArn(one.name, region, accountId),
    DataType: one.dataType,
    LastModifiedDate: one.modifiedAtMs / 1000,
    Name: one.name,
    ...(selector !== undefined && { Selector: selector }),
    Type: one.type,
    Value: one.type === "SecureString" && isDecrypted !== true ? encrypted(one) : one.value,
    Version: one.version,
  };
}

function toMetadata(
  one: StoredParameter,
  region: string,
  accountId: string,
): Readonly<Record<string, unknown>> {
  return {
    ...(one.allowedPattern !== undefined && { AllowedPattern: one.allowedPattern }),
    ARN: parameterArn(one.name, region, accountId),
    DataType: one.dataType,
    ...(one.description !== undefined && { Description: one.description }),
    ...(one.type === "SecureString" && { KeyId: "alias/aws/ssm" }),
    LastModifiedDate: one.modifiedAtMs / 1000,
    LastModifiedUser: `arn:aws:iam::${accountId}:root`,
    Name: one.name,
    Policies: [],
    Tier: one.tier,
    Type: one.type,
    Version: one.version,
  };
}

function parameterArn(name: string, region: string, accountId: string): string {
  return `arn:aws:ssm:${region}:${accountId}:parameter${name.startsWith("/") ? "" : "/"}${name}`;
}

/** What nobody can take for the value, as whoever forgets `WithDecryption` gets it on AWS. */
function encrypted({ name, value, version }: StoredParameter): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([name, value, version]))
    .digest("base64");
  return `AQICAH${digest}`;
}
