import { boolean, exactOptional, literal, picklist, strictObject, union } from "valibot";
import type * as Model from "./app-model.ts";
import { policyDocument } from "./schema-aws-resources.ts";
import { amount, list, schemaOf, text } from "./schema-parts.ts";

const subscription = {
  filter: exactOptional(strictObject({ policy: text, scope: picklist(["attributes", "body"]) })),
  raw: exactOptional(literal(true)),
  deadLetterQueue: exactOptional(text),
};

export const topic = schemaOf<Model.Topic>()(
  strictObject({
    name: text,
    fifo: exactOptional(literal(true)),
    contentBasedDeduplication: exactOptional(literal(true)),
    subscribers: list(
      union([
        strictObject({ function: text, ...subscription }),
        strictObject({ queue: text, ...subscription }),
        strictObject({ url: text, ...subscription }),
      ]),
    ),
    policy: exactOptional(policyDocument),
  }),
);

const notification = {
  on: picklist(["put", "delete"]),
  how: exactOptional(picklist(["put", "copy", "multipart"])),
  prefix: exactOptional(text),
  suffix: exactOptional(text),
};

export const bucket = schemaOf<Model.Bucket>()(
  strictObject({
    name: text,
    notifications: list(
      union([
        strictObject({ function: text, ...notification }),
        strictObject({ queue: text, ...notification }),
        strictObject({ topic: text, ...notification }),
      ]),
    ),
    retain: boolean(),
    policy: exactOptional(policyDocument),
    website: exactOptional(
      schemaOf<Model.Website>()(strictObject({ indexDocument: text, errorDocument: exactOptional(text) })),
    ),
    cors: exactOptional(
      list(
        schemaOf<Model.CorsRule>()(
          strictObject({
            allowedOrigins: list(text),
            allowedMethods: list(text),
            allowedHeaders: list(text),
            exposedHeaders: list(text),
            maxAgeSeconds: exactOptional(amount),
          }),
        ),
      ),
    ),
  }),
);
