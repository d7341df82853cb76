import { AwsServiceError } from "../aws-service-error.ts";
import type { Operation, OperationInput } from "../service-face.ts";
import { invalid, notFound, readName, readNames, text } from "./parameter-input.ts";
import type { ParameterStore, StoredParameter } from "./parameter-store.ts";

/** Messages are AWS's as far as users have posted them. */
export function parameterWrites(store: ParameterStore): Readonly<Record<string, Operation>> {
  // One after the other, so that no two of them see the same version.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const result = last.then(run);
    last = result.catch(() => {});
    return result;
  };
  return {
    PutParameter: (input) =>
      inTurn(async () => {
        const name = readNewName(input);
        const before = await store.get(name);
        if (before !== undefined && input.Overwrite !== true)
          throw new AwsServiceError(
            "ParameterAlreadyExists",
            "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
          );
        const parameter = readParameter(input, name, before);
        await store.put(parameter);
        return { Tier: parameter.tier, Version: parameter.version };
      }),

    DeleteParameter: (input) =>
      inTurn(async () => {
        const name = readName(input);
        if (!(await store.delete(name))) throw notFound(name);
        return {};
      }),

    DeleteParameters: (input) =>
      inTurn(async () => {
        const deleted: string[] = [];
        const unknown: string[] = [];
        for (const name of new Set(readNames(input)))
          ((await store.delete(name)) ? deleted : unknown).push(name);
        return { DeletedParameters: deleted, InvalidParameters: unknown };
      }),
  };
}

function readNewName(input: OperationInput): string {
  const name = readName(input);
  if (
    /^[\w./-]+$/.test(name) &&
    !/^\/?(?:aws|ssm)/i.test(name) &&
    (name.startsWith("/") || !name.includes("/"))
  )
    return name;
  throw invalid(
    name.includes("/") && !name.startsWith("/")
      ? "Parameter name must be a fully qualified name."
      : 'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
  );
}

function readParameter(
  input: OperationInput,
  name: string,
  before: StoredParameter | undefined,
): Omit<StoredParameter, "modifiedAtMs"> {
  const description = text.optional(input, "Description") ?? before?.description;
  const allowedPattern = text.optional(input, "AllowedPattern") ?? before?.allowedPattern;
  const parameter = {
    name,
    type: readType(input, before),
    value: text.required(input, "Value"),
    version: (before?.version ?? 0) + 1,
    tier: readTier(input, before),
    dataType: text.optional(input, "DataType") ?? before?.dataType ?? "text",
    ...(description !== undefined && { description }),
    ...(allowedPattern !== undefined && { allowedPattern }),
  };
  checkValue(parameter);
  return parameter;
}

function readType(input: OperationInput, before: StoredParameter | undefined): StoredParameter["type"] {
  const type = text.optional(input, "Type") ?? before?.type;
  if (type === "String" || type === "StringList" || type === "SecureString") return type;
  throw type === undefined
    ? invalid("A parameter type is required when you create a parameter.")
    : invalid(
        `1 validation error detected: Value '${type}' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [SecureString, StringList, String]`,
      );
}

/** Of the clever tier it depends on the value which it is; here it is the lesser one as long as that will do. */
function readTier(input: OperationInput, before: StoredParameter | undefined): StoredParameter["tier"] {
  const tier = text.optional(input, "Tier");
  const { Value: value } = input;
  if (tier === "Intelligent-Tiering")
    return typeof value === "string" && Buffer.byteLength(value) > maximumBytes.Standard
      ? "Advanced"
      : "Standard";
  return tier === "Advanced" || before?.tier === "Advanced" ? "Advanced" : "Standard";
}

const maximumBytes = { Standard: 4096, Advanced: 8192 } as const;

/** A pattern that values must have is kept and shown, and not held: what it costs to try one is not known beforehand. */
function checkValue({ tier, value }: Pick<StoredParameter, "tier" | "value">): void {
  if (Buffer.byteLength(value) <= maximumBytes[tier]) return;
  throw invalid(
    tier === "Standard"
      ? "Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"
      : "Advanced tier parameters support a maximum parameter value of 8192 characters.",
  );
}
