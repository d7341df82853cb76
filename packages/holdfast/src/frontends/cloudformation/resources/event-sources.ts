import type { EventSource } from "../../../model/app-model.ts";
import type { ModelDraft, ResourceSet } from "./draft.ts";
import { functionNameOf } from "./function-target.ts";
import { nameOf } from "./physical-names.ts";
import { propertiesOf, type Properties } from "./properties.ts";

/** Lambda's batch sizes (documented). */
const batchOfQueue = { usual: 10, range: { from: 1, to: 10_000, unit: "messages" } };
const batchOfTable = { usual: 100, range: { from: 1, to: 10_000, unit: "records" } };
const windowRange = { from: 0, to: 300, unit: "seconds" };
/** -1: for as long as there are records. */
const retriesRange = { from: -1, to: 10_000, unit: "retries" };

/** What feeds functions: queues and streams of tables. After `readFunctions`. */
export function readEventSources(resources: ResourceSet, draft: ModelDraft): void {
  for (const resource of resources.ofType("AWS::Lambda::EventSourceMapping")) {
    const properties = propertiesOf(resource, resources.problems);
    properties.require("FunctionName");
    const source = readSource(properties, resources);
    const reference = {
      path: [...properties.path, "FunctionName"],
      whose: `The mapping ${resource.logicalId}`,
    };
    const name = properties.text("FunctionName");
    const to = name === undefined ? undefined : functionNameOf(name, reference, resources, draft);
    if (source === undefined || to === undefined) continue;
    // Said by the author: it is there, and does nothing.
    if (properties.flag("Enabled") === false) continue;
    draft.eventSources.push(readMapping(to, source, properties));
  }
  readInvokeConfigs(resources);
}

function readSource(properties: Properties, resources: ResourceSet): EventSource["source"] | undefined {
  const arn = properties.text("EventSourceArn");
  if (arn === undefined) {
    if (!properties.has("EventSourceArn"))
      properties.ignore("EventSourceArn", "functions are fed by queues and tables only");
    return undefined;
  }
  const queue = resources.find(arn, "AWS::SQS::Queue");
  if (queue !== undefined) return { kind: "queue", queue: nameOf(queue) };
  const table = resources.find(arn, "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable");
  if (table !== undefined) {
    properties.require("StartingPosition");
    const position = properties.choice("StartingPosition", ["LATEST", "TRIM_HORIZON"]);
    return { kind: "table", table: nameOf(table), from: position === "LATEST" ? "latest" : "trim-horizon" };
  }
  return properties.ignore(
    "EventSourceArn",
    `"${arn.slice(0, 200)}" is no queue or table of this template, and nothing comes from it`,
  );
}

function readMapping(to: string, source: EventSource["source"], properties: Properties): EventSource {
  const ofTable = source.kind === "table";
  const batch = ofTable ? batchOfTable : batchOfQueue;
  const windowSeconds = properties.number("MaximumBatchingWindowInSeconds", windowRange) ?? 0;
  const filters = properties.object("FilterCriteria")?.objects("Filters") ?? [];
  const retries = ofTable ? properties.number("MaximumRetryAttempts", retriesRange) : undefined;
  if (properties.object("DestinationConfig")?.has("OnFailure") === true)
    properties.ignore("DestinationConfig", "batches that fail are logged and sent nowhere");
  return {
    function: to,
    source,
    batchSize: properties.number("BatchSize", batch.range) ?? batch.usual,
    windowMs: windowSeconds * 1000,
    partialFailures: properties.texts("FunctionResponseTypes").includes("ReportBatchItemFailures"),
    filters: filters.flatMap((filter) => filter.text("Pattern") ?? []),
    ...(retries !== undefined && retries >= 0 && { maximumRetries: retries }),
    bisects: ofTable && (properties.flag("BisectBatchOnFunctionError") ?? false),
  };
}

/** How often events are tried again that nobody waits for is not the template's to say here. */
function readInvokeConfigs(resources: ResourceSet): void {
  for (const resource of resources.ofType("AWS::Lambda::EventInvokeConfig")) {
    const properties = propertiesOf(resource, resources.problems);
    properties.require("FunctionName", "Qualifier");
    if (properties.has("DestinationConfig"))
      properties.ignore("DestinationConfig", "what becomes of an asynchronous invocation is sent nowhere");
  }
}
