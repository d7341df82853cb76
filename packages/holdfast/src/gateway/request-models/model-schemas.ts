import AjvModule, { type ValidateFunction } from "ajv-draft-04";
import { HoldfastError, toError } from "../../base/errors.ts";
import type { RequestModel } from "../../model/app-model.ts";
import { decodeUri } from "../sigv4/uri-encoding.ts";
import { draft4Formats } from "./draft4-formats.ts";
import { createSchemaPattern } from "./schema-pattern.ts";

const Ajv = AjvModule.default;

/** API Gateway's quota for models. */
const maximumSchemaBytes = 400 * 1024;
/** How deep a schema may nest, and how many values it may hold: compiling it must neither exhaust the stack nor take long. */
const maximumSchemaDepth = 64;
const maximumSchemaValues = 20_000;

/** Says what is wrong with a message's JSON; undefined when it fits. */
export type SchemaCheck = (json: unknown) => string | undefined;

/** An API's request models, compiled when they are asked for. They may refer to each other. */
export class ModelSchemas {
  readonly #ajv = new Ajv({
    strict: false,
    logger: false,
    allErrors: false,
    // Schemas that refer to each other many times over must not multiply.
    inlineRefs: false,
    formats: { ...draft4Formats },
    code: { regExp: createSchemaPattern },
  });

  /** Throws `HoldfastError` `MODEL_SCHEMA_INVALID` for a schema that is none. */
  constructor(models: readonly RequestModel[]) {
    for (const model of models) {
      const schema = prepare(model);
      try {
        this.#ajv.addSchema(schema, modelUrl(model.name));
      } catch (error) {
        throw invalid(model.name, toError(error).message, error);
      }
    }
  }

  /** Throws `HoldfastError` `MODEL_SCHEMA_INVALID`. */
  compile(name: string): SchemaCheck {
    const validate = this.#compile(name);
    return (json) => {
      if (validate(json)) return undefined;
      return this.#ajv.errorsText(validate.errors, { dataVar: "body" }).slice(0, 500);
    };
  }

  #compile(name: string): ValidateFunction {
    try {
      const validate = this.#ajv.getSchema(modelUrl(name));
      if (validate !== undefined) return validate;
    } catch (error) {
      throw invalid(name, toError(error).message, error);
    }
    throw invalid(name, "the API has no such model");
  }
}

/** As API Gateway's models refer to each other; which API is meant makes no difference here. */
const reference =
  /^https:\/\/apigateway\.amazonaws\.com\/restapis\/[^/]+\/models\/(?<name>[^/#]+)(?<inside>#.*)?$/;

function modelUrl(name: string): string {
  return `https://apigateway.amazonaws.com/restapis/api/models/${encodeURIComponent(name)}`;
}

/** A copy with its references in one form. A schema may come as JSON's text. */
function prepare({ name, schema }: RequestModel): object {
  const budget = { values: maximumSchemaValues };
  const copy = copyOf(typeof schema === "string" ? parse(name, schema) : schema, name, budget, 0);
  if (typeof copy !== "object" || copy === null || Array.isArray(copy))
    throw invalid(name, "it is not an object");
  return copy;
}

function parse(name: string, text: string): unknown {
  if (Buffer.byteLength(text) > maximumSchemaBytes)
    throw invalid(name, `it has more than ${maximumSchemaBytes} bytes`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw invalid(name, "it is not JSON", error);
  }
}

function copyOf(value: unknown, name: string, budget: { values: number }, depth: number): unknown {
  budget.values -= 1;
  if (budget.values < 0) throw invalid(name, `it holds more than ${maximumSchemaValues} values`);
  if (depth > maximumSchemaDepth) throw invalid(name, `it nests deeper than ${maximumSchemaDepth} levels`);
  if (Array.isArray(value)) return value.map((item) => copyOf(item, name, budget, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      key === "$ref" && typeof one === "string" ? inOneForm(one) : copyOf(one, name, budget, depth + 1),
    ]),
  );
}

function inOneForm(target: string): string {
  const groups = reference.exec(target)?.groups;
  return groups === undefined
    ? target
    : `${modelUrl(decodeUri(groups.name ?? "") ?? groups.name ?? "")}${groups.inside ?? ""}`;
}

function invalid(name: string, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    "MODEL_SCHEMA_INVALID",
    `The schema of the request model "${name}" cannot be used: ${why}`,
    {
      cause,
    },
  );
}
