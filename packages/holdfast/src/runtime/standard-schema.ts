/**
 * The part of the Standard Schema interface (https://standardschema.dev) that routes use: zod, valibot, arktype and
 * others implement it, so that an app may bring whichever it likes.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    /** Standard JSON Schema, where the library has it. */
    readonly jsonSchema?: {
      readonly input: (options: { readonly target: string }) => Record<string, unknown>;
    };
  };
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema takes. */
export type SchemaInput<Schema extends StandardSchema> = NonNullable<Schema["~standard"]["types"]>["input"];

/** What a schema makes of what it was given. */
export type SchemaOutput<Schema extends StandardSchema> = NonNullable<Schema["~standard"]["types"]>["output"];

/**
 * The JSON Schema of what a schema takes, in the oldest draft that its library writes: API Gateway's request models
 * are draft 4. Undefined where the library has none, or cannot say it in JSON Schema.
 */
export function toJsonSchema(schema: StandardSchema): Record<string, unknown> | undefined {
  const convert = schema["~standard"].jsonSchema?.input;
  for (const target of convert === undefined ? [] : ["draft-04", "draft-07"]) {
    try {
      return convert?.({ target });
    } catch {
      // This library does not write that draft, or the schema has something that JSON Schema lacks.
    }
  }
  return undefined;
}

/** `players[0].name: is too short; at: is no number`. */
export function describeIssues(issues: readonly SchemaIssue[]): string {
  return issues
    .map(({ message, path = [] }) => [formatPath(path), message].filter((part) => part !== "").join(": "))
    .join("; ");
}

function formatPath(path: NonNullable<SchemaIssue["path"]>): string {
  return path
    .map((segment) => (typeof segment === "object" ? segment.key : segment))
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`))
    .join("");
}
