import { crc32 } from "node:zlib";

import { isRecord } from "../base/is-record.ts";
import type { AwsServiceAnswer, AwsServiceRequest } from "../ports/aws-services.ts";
import { AwsServiceError } from "./aws-service-error.ts";
import type { Operation, OperationInput, ServiceFace } from "./service-face.ts";

export interface JsonFaceOptions {
  /** As signatures name it: `dynamodb`. */
  readonly service: string;
  /** What stands before the operation's name in `X-Amz-Target`: `DynamoDB_20120810`. */
  readonly targetPrefix: string;
  /** Of the protocol: DynamoDB speaks 1.0, SSM 1.1. */
  readonly version: "1.0" | "1.1";
  readonly operations: Readonly<Record<string, Operation>>;
  /** What stands before `#` in an error's `__type`: `com.amazonaws.dynamodb.v20120810`. Some services have nothing there. */
  readonly errorNamespace?: string;
  /** Whether answers have `x-amz-crc32`. DynamoDB's do, and SDK v2 compares it. */
  readonly checksum?: boolean;
}

/**
 * A service that is asked with `POST /`, an operation in `X-Amz-Target` and JSON, and that answers with JSON: AWS's
 * protocols `awsJson1_0` and `awsJson1_1` (documented in Smithy). What an operation throws that is no
 * `AwsServiceError` is an `InternalFailure` with status 500, which SDKs try again.
 */
export function createJsonFace(options: JsonFaceOptions): ServiceFace {
  return {
    service: options.service,
    async answer(request) {
      try {
        const { operation, input } = readCall(options, request);
        const { region, requestId, caller } = request;
        const output = await operation(input, { region, requestId, caller });
        return toAnswer(options, request, 200, JSON.stringify(output));
      } catch (thrown) {
        return errorAnswer(options, request, thrown);
      }
    },
  };
}

function readCall(
  { targetPrefix, operations }: JsonFaceOptions,
  request: AwsServiceRequest,
): { readonly operation: Operation; readonly input: OperationInput } {
  const target = request.headers["x-amz-target"];
  const [prefix, name, ...others] = (target ?? "").split(".");
  const isKnown = prefix === targetPrefix && name !== undefined && others.length === 0;
  const operation = isKnown && Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation === undefined) throw unknownOperation(target);
  return { operation, input: readInput(request.body) };
}

/**
 * AWS's message is empty, and SDKs then say `UnknownError`; that there is no such operation *here* is worth a word.
 */
function unknownOperation(target: string | undefined): AwsServiceError {
  const what =
    target === undefined ? "The request names no operation (X-Amz-Target)" : `There is no ${target} here`;
  return new AwsServiceError("UnknownOperationException", what);
}

const decoder = new TextDecoder();

function readInput(body: Uint8Array): OperationInput {
  if (body.byteLength === 0) return {};
  const input = parse(decoder.decode(body));
  if (isRecord(input)) return input;
  throw new AwsServiceError("SerializationException", "Start of structure or map found where not expected.");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new AwsServiceError("SerializationException", "Request body is not valid JSON");
  }
}

/** Of the protocol rather than of a service. */
const protocolNamespace = "com.amazon.coral.service";
const protocolErrors: ReadonlySet<string> = new Set([
  "UnknownOperationException",
  "SerializationException",
  "InternalFailure",
]);
/** As AWS's JSON services name it; the query protocol has `ValidationError`. */
const validationNamespace = "com.amazon.coral.validate";

function errorAnswer(
  options: JsonFaceOptions,
  request: AwsServiceRequest,
  thrown: unknown,
): AwsServiceAnswer {
  const error = thrown instanceof AwsServiceError ? thrown : internalFailure(thrown);
  const namespace = namespaceOf(options, error.code);
  const body = {
    __type: namespace === undefined ? error.code : `${namespace}#${error.code}`,
    // DynamoDB's modelled errors have `message`, the protocol's `Message`; SDKs take either.
    [protocolErrors.has(error.code) ? "Message" : "message"]: error.message,
    ...error.details,
  };
  return toAnswer(options, request, error.status, JSON.stringify(body));
}

function namespaceOf({ errorNamespace }: JsonFaceOptions, code: string): string | undefined {
  if (errorNamespace === undefined) return undefined;
  if (protocolErrors.has(code)) return protocolNamespace;
  // DynamoDB's ValidationException comes from the framework that AWS's services share (captured by users in many places).
  return code === "ValidationException" ? validationNamespace : errorNamespace;
}

function internalFailure(thrown: unknown): AwsServiceError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AwsServiceError("InternalFailure", message, 500);
}

function toAnswer(
  { version, checksum = false }: JsonFaceOptions,
  { requestId }: AwsServiceRequest,
  status: number,
  text: string,
): AwsServiceAnswer {
  const body = Buffer.from(text, "utf8");
  const headers = { "content-type": `application/x-amz-json-${version}`, "x-amzn-requestid": requestId };
  return {
    status,
    headers: checksum ? { ...headers, "x-amz-crc32": String(crc32(body)) } : headers,
    body,
  };
}
