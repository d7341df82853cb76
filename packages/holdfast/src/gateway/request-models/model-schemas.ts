import AjvModule, { type ValidateFunction } from "ajv-draft-04";
import { toError } from "../../base/errors.ts";
import type { RequestModel } from "../../model/app-model.ts";
import { invalidSchema, readModelSchema } from "../../model/model-schema.ts";
import { decodeUri } from "../sigv4/uri-encoding.ts";
import { draft4Formats } from "./draft4-formats.ts";
import { createSchemaPattern } from "./schema-pattern.ts";

const Ajv = AjvModule.default;

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
      const schema = withReferencesInOneForm(readModelSchema(model)) as object;
      try {
        this.#ajv.addSchema(schema, modelUrl(model.name));
      } catch (error) {
        throw invalidSchema(model.name, toError(error).message, error);
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
      throw invalidSchema(name, toError(error).message, error);
    }
    throw invalidSchema(name, "the API has no such model");
  }
}

/** As API Gateway's models refer to each other; which API is meant makes no difference here. */
const reference =
  /^https:\/\/apigateway\.amazonaws\.com\/restapis\/[^/]+\/models\/(?<name>[^/#]+)(?<inside>#.*)?$/;

function modelUrl(name: string): string {
  return `https://apigateway.amazonaws.com/restapis/api/models/${encodeURIComponent(name)}`;
}

/** A copy with its references in one form. */
function withReferencesInOneForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withReferencesInOneForm);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      key === "$ref" && typeof one === "string" ? inOneForm(one) : withReferencesInOneForm(one),
    ]),
  );
}

function inOneForm(target: string): string {
  const groups = reference.exec(target)?.groups;
  return groups === undefined
    ? target
    : `${modelUrl(decodeUri(groups.name ?? "") ?? groups.name ?? "")}${groups.inside ?? ""}`;
}
