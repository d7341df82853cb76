import type { IncomingMessage } from "node:http";
import { isRecord } from "../../base/is-record.ts";
import type { NewSpan } from "../../ports/tracer.ts";

/** A call of a service's: what is asked, and of which table, queue or topic where that is easily said. */
export function serviceSpan(service: string, request: IncomingMessage, body: Uint8Array): NewSpan {
  const operation = operationOf(request, body);
  const called = service === "dynamodb" || isJson(request) ? readJson(body) : undefined;
  return {
    name: `${service} ${operation}`,
    kind: "client",
    attributes: {
      "rpc.system.name": "aws-api",
      "rpc.method": operation,
      ...(service === "dynamodb" && databaseAttributes(operation, called)),
      ...messagingAttributes(service, operation, called, request, body),
    },
  };
}

/** JSON's protocols have a header for it, forms a field; of the others the method says most. */
function operationOf({ headers, method = "" }: IncomingMessage, body: Uint8Array): string {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return shorten(target.slice(target.lastIndexOf(".") + 1));
  if (isForm(headers)) return shorten(formField(body, "Action") ?? method);
  return method;
}

function databaseAttributes(operation: string, called: Record<string, unknown> | undefined) {
  const table = called?.TableName;
  return {
    "db.system.name": "aws.dynamodb",
    "db.operation.name": operation,
    // It may be given as an ARN.
    ...(typeof table === "string" && { "db.collection.name": shorten(lastPart(table)) }),
  };
}

function messagingAttributes(
  service: string,
  operation: string,
  called: Record<string, unknown> | undefined,
  { headers }: IncomingMessage,
  body: Uint8Array,
): NonNullable<NewSpan["attributes"]> {
  if (service !== "sqs" && service !== "sns") return {};
  const name = service === "sqs" ? "QueueUrl" : "TopicArn";
  const destination = called?.[name] ?? (isForm(headers) ? formField(body, name) : undefined);
  return {
    "messaging.system": `aws_${service}`,
    "messaging.operation.name": operation,
    ...(typeof destination === "string" && { "messaging.destination.name": shorten(lastPart(destination)) }),
  };
}

/** Bodies that are longer are not read for that. */
const maximumReadBytes = 1024 * 1024;

function readJson(body: Uint8Array): Record<string, unknown> | undefined {
  if (body.length > maximumReadBytes) return undefined;
  try {
    const value: unknown = JSON.parse(textOf(body));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isJson({ headers }: IncomingMessage): boolean {
  return headers["content-type"]?.includes("json") === true;
}

function isForm(headers: IncomingMessage["headers"]): boolean {
  return headers["content-type"]?.includes("form-urlencoded") === true;
}

function formField(body: Uint8Array, name: string): string | undefined {
  if (body.length > maximumReadBytes) return undefined;
  return new URLSearchParams(textOf(body)).get(name) ?? undefined;
}

function textOf(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}

/** Of an ARN or a URL. */
function lastPart(text: string): string {
  return text.slice(Math.max(text.lastIndexOf("/"), text.lastIndexOf(":")) + 1);
}

/** A client's words. */
function shorten(text: string): string {
  return text.slice(0, 255);
}
