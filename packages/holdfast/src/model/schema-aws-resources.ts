import { boolean, custom, exactOptional, literal, picklist, strictObject, unknown, variant } from "valibot";
import { isRecord } from "../base/is-record.ts";
import type * as Model from "./aws-resources.ts";
import { amount, list, schemaOf, text, texts } from "./schema-parts.ts";

export const policyDocument = schemaOf<Model.PolicyDocument>()(
  strictObject({
    name: text,
    document: custom<Readonly<Record<string, unknown>>>(isRecord, "Expected an object"),
  }),
);

export const invokePermission = schemaOf<Model.InvokePermission>()(
  strictObject({ principal: text, sourceArn: exactOptional(text) }),
);

export const httpRouteOnAws = schemaOf<Model.HttpRouteOnAws>()(
  strictObject({
    payload: picklist(["1.0", "2.0"]),
    apiId: text,
    stage: text,
    stageVariables: exactOptional(texts),
    routeKey: exactOptional(text),
    role: exactOptional(text),
  }),
);

export const queue = schemaOf<Model.Queue>()(
  strictObject({
    name: text,
    fifo: boolean(),
    visibilityTimeoutMs: amount,
    delayMs: amount,
    retentionMs: amount,
    waitMs: amount,
    maximumMessageBytes: amount,
    contentBasedDeduplication: boolean(),
    deadLetter: exactOptional(strictObject({ queue: text, maximumReceives: amount })),
    policy: exactOptional(policyDocument),
  }),
);

export const eventSource = schemaOf<Model.EventSource>()(
  strictObject({
    function: text,
    source: variant("kind", [
      strictObject({ kind: literal("queue"), queue: text }),
      strictObject({ kind: literal("table"), table: text, from: picklist(["latest", "trim-horizon"]) }),
    ]),
    batchSize: amount,
    windowMs: amount,
    partialFailures: boolean(),
    filters: list(text),
    maximumRetries: exactOptional(amount),
    bisects: boolean(),
  }),
);

export const eventRule = schemaOf<Model.EventRule>()(
  strictObject({
    name: text,
    pattern: text,
    targets: list(strictObject({ function: text, input: exactOptional(unknown()) })),
  }),
);

export const parameter = schemaOf<Model.Parameter>()(
  strictObject({ name: text, type: picklist(["String", "StringList", "SecureString"]), value: text }),
);

export const output = schemaOf<Model.Output>()(
  strictObject({
    name: text,
    value: text,
    description: exactOptional(text),
    exportName: exactOptional(text),
  }),
);
