import { createHash } from "node:crypto";
import { HoldfastError } from "../../base/errors.ts";
import { isRecord } from "../../base/is-record.ts";
import type { CodeFacts, ConfigurationChange, FunctionUpdates } from "../../ports/function-updates.ts";
import type { RestOperation, RestRequest } from "../rest-json.ts";
import { lambdaError, type FindFunction, type FunctionAddress } from "./function-address.ts";
import { PublishedVersions } from "./published-versions.ts";
import { createGetPolicy } from "./function-policy.ts";

/** A function as `GetFunctionConfiguration` answers, with what `describeCode` tells of it. */
export type DescribeFunction = (found: FunctionAddress, region: string) => Readonly<Record<string, unknown>>;

export interface FunctionUpdateOptions {
  readonly find: FindFunction;
  readonly describe: DescribeFunction;
  readonly updates: FunctionUpdates;
  readonly accountId: string;
}

/** What changes functions, versions of them, and who may invoke them: the operations beside those of `lambda-face.ts`. */
export function createUpdateOperations(options: FunctionUpdateOptions): readonly RestOperation[] {
  const { find, describe, updates, accountId } = options;
  const versions = new PublishedVersions();
  const publish = (found: FunctionAddress, region: string): Readonly<Record<string, unknown>> =>
    versions.publish(found.model.name, describe({ model: found.model }, region));
  return [
    {
      method: "PUT",
      path: "/2015-03-31/functions/{FunctionName}/code",
      async run(request, context) {
        const found = find(request, context);
        const input = readInput(request);
        checkRevision(input, describe(found, context.region));
        const zip = readZip(input);
        if (input.DryRun === true)
          return { body: { ...describe(found, context.region), ...describeArchive(zip) } };
        await carryOut(() => updates.replaceCode(found.model.name, zip));
        const updated = find(request, context);
        return {
          body: input.Publish === true ? publish(updated, context.region) : describe(updated, context.region),
        };
      },
    },
    {
      method: "PUT",
      path: "/2015-03-31/functions/{FunctionName}/configuration",
      async run(request, context) {
        const found = find(request, context);
        const input = readInput(request);
        checkRevision(input, describe(found, context.region));
        await carryOut(() => updates.configure(found.model.name, readChange(input)));
        return { body: describe(find(request, context), context.region) };
      },
    },
    {
      method: "POST",
      path: "/2015-03-31/functions/{FunctionName}/versions",
      async run(request, context) {
        const found = find(request, context);
        const input = readInput(request);
        const latest = describe(found, context.region);
        checkRevision(input, latest);
        if (input.CodeSha256 !== undefined && input.CodeSha256 !== latest.CodeSha256)
          throw lambdaError(
            "InvalidParameterValueException",
            `CodeSHA256 (${JSON.stringify(input.CodeSha256)}) is different from current CodeSHA256 in $LATEST (${String(latest.CodeSha256)}). Please try again with the CodeSHA256 in $LATEST.`,
          );
        return { status: 201, body: publish(found, context.region) };
      },
    },
    {
      method: "GET",
      path: "/2015-03-31/functions/{FunctionName}/versions",
      async run(request, context) {
        const { model } = find(request, context);
        const latest = describe({ model, qualifier: "$LATEST" }, context.region);
        return { body: { Versions: [latest, ...versions.of(model.name)] } };
      },
    },
    createGetPolicy(find, accountId),
  ];
}

/** What is known of uploaded code, in the members of a configuration; none where the app's own runs. */
export function describeCode(facts: CodeFacts | undefined): Readonly<Record<string, unknown>> {
  if (facts === undefined) return {};
  return {
    CodeSha256: facts.codeSha256,
    CodeSize: facts.codeSize,
    LastModified: new Date(facts.lastModifiedMs).toISOString().replace("Z", "+0000"),
  };
}

function describeArchive(zip: Uint8Array): Readonly<Record<string, unknown>> {
  return { CodeSha256: createHash("sha256").update(zip).digest("base64"), CodeSize: zip.byteLength };
}

type Input = Readonly<Record<string, unknown>>;

function readInput({ body }: RestRequest): Input {
  if (body.byteLength === 0) return {};
  try {
    const input: unknown = JSON.parse(Buffer.from(body).toString());
    if (isRecord(input)) return input;
  } catch {
    // Said below.
  }
  throw lambdaError("InvalidRequestContentException", "Could not parse request body into json");
}

/** Whoever says what they have seen changes nothing else (documented). */
function checkRevision({ RevisionId: wanted }: Input, { RevisionId: current }: Input): void {
  if (wanted === undefined || wanted === null || wanted === current) return;
  throw lambdaError(
    "PreconditionFailedException",
    "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
    412,
  );
}

function readZip({ ZipFile: zip, S3Bucket: bucket, ImageUri: image }: Input): Uint8Array {
  if (typeof zip === "string" && zip !== "") return Buffer.from(zip, "base64");
  if (bucket !== undefined || image !== undefined)
    throw lambdaError(
      "InvalidParameterValueException",
      "Code comes as a zip file here (ZipFile): from no bucket, and not as an image",
    );
  throw lambdaError("InvalidParameterValueException", "Please provide a source for function code.");
}

/** The members that are changed here, and those that say which function, or nothing that shows. */
const configurationMembers: ReadonlySet<string> = new Set([
  "Environment",
  "Timeout",
  "MemorySize",
  "Description",
  "FunctionName",
  "RevisionId",
]);

function readChange(input: Input): ConfigurationChange {
  const other = Object.keys(input).find((name) => !configurationMembers.has(name));
  if (other !== undefined)
    throw lambdaError(
      "InvalidParameterValueException",
      `${other} is changed in the app's files; Environment, Timeout and MemorySize can be changed here`,
    );
  const timeout = readNumber(input, "Timeout", 1, 900);
  const memoryMb = readNumber(input, "MemorySize", 128, 10_240);
  const environment = readVariables(input);
  return {
    ...(timeout !== undefined && { timeoutMs: timeout * 1000 }),
    ...(memoryMb !== undefined && { memoryMb }),
    ...(environment !== undefined && { environment }),
  };
}

function readNumber(input: Input, name: string, least: number, most: number): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw lambdaError(
    "ValidationException",
    `1 validation error detected: Value '${JSON.stringify(value)}' at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must be from ${least} to ${most}`,
  );
}

function readVariables({ Environment: given }: Input): Readonly<Record<string, string>> | undefined {
  if (given === undefined || given === null) return undefined;
  const variables = isRecord(given) && isRecord(given.Variables) ? given.Variables : {};
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}

async function carryOut<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    if (error.code === "FUNCTION_CODE_INVALID")
      throw lambdaError("InvalidParameterValueException", [error.message, error.hint ?? ""].join(" ").trim());
    if (error.code === "HANDLER_MISSING") throw lambdaError("ResourceNotFoundException", error.message, 404);
    throw error;
  }
}
