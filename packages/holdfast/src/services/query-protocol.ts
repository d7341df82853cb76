import type { AwsServiceAnswer, AwsServiceRequest } from "../ports/aws-services.ts";
import { AwsServiceError } from "./aws-service-error.ts";
import { readQueryInput } from "./query-input.ts";
import type { OperationContext, OperationInput, ServiceFace } from "./service-face.ts";
import { xmlElement, type XmlValue } from "./xml.ts";

/** An operation whose answer is XML. Throws `AwsServiceError`. */
export type QueryOperation = (
  input: OperationInput,
  context: OperationContext,
) => Promise<Readonly<Record<string, XmlValue>> | undefined>;

export interface QueryFaceOptions {
  /** As signatures name it: `sts`. */
  readonly service: string;
  /** Of the API: `2011-06-15`. */
  readonly version: string;
  readonly namespace: string;
  /** Those that return nothing have no result in their answer. */
  readonly operations: Readonly<Record<string, QueryOperation>>;
}

/**
 * A service that is asked with a form, `Action=GetCallerIdentity&Version=…`, or the same in the URL, and answers in XML:
 * AWS's protocol `awsQuery` (documented in Smithy). What an operation throws that is no `AwsServiceError` is an
 * `InternalFailure` with status 500, which SDKs try again.
 */
export function createQueryFace(options: QueryFaceOptions): ServiceFace {
  return {
    service: options.service,
    async answer(request) {
      try {
        const parameters = readParameters(request);
        const action = parameters.get("Action") ?? "";
        const operation = findOperation(options, action, parameters.get("Version") ?? undefined);
        const { region, requestId, caller } = request;
        const result = await operation(readInput(parameters), { region, requestId, caller });
        return toAnswer(200, request, `${action}Response`, options.namespace, {
          ...(result !== undefined && { [`${action}Result`]: result }),
          ResponseMetadata: { RequestId: requestId },
        });
      } catch (thrown) {
        return errorAnswer(options, request, thrown);
      }
    },
  };
}

/** The form's, and behind them the URL's. */
function readParameters({ target, body, headers }: AwsServiceRequest): URLSearchParams {
  const mark = target.indexOf("?");
  const isForm = (headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  const parameters = new URLSearchParams(isForm ? Buffer.from(body).toString("utf8") : "");
  if (mark !== -1)
    for (const [name, value] of new URLSearchParams(target.slice(mark + 1))) parameters.append(name, value);
  return parameters;
}

function findOperation(
  { operations, version: own }: QueryFaceOptions,
  action: string,
  version: string | undefined,
): QueryOperation {
  if (action === "") throw new AwsServiceError("MissingAction", "No Action was specified in the request.");
  const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
  if (operation !== undefined) return operation;
  // AWS's words (seen by users).
  throw new AwsServiceError(
    "InvalidAction",
    `Could not find operation ${action} for version ${version ?? own}`,
  );
}

function readInput(parameters: URLSearchParams): OperationInput {
  const own = [...parameters].filter(
    ([name]) => name !== "Action" && name !== "Version" && !name.startsWith("X-Amz-"),
  );
  const input = readQueryInput(own);
  if (input !== undefined) return input;
  throw new AwsServiceError("MalformedInput", "A parameter is given as a value and as a list or structure");
}

function errorAnswer(
  { namespace }: QueryFaceOptions,
  request: AwsServiceRequest,
  thrown: unknown,
): AwsServiceAnswer {
  const error =
    thrown instanceof AwsServiceError
      ? thrown
      : new AwsServiceError(
          "InternalFailure",
          thrown instanceof Error ? thrown.message : String(thrown),
          500,
        );
  return toAnswer(error.status, request, "ErrorResponse", namespace, {
    Error: {
      Type: error.status < 500 ? "Sender" : "Receiver",
      Code: error.code,
      Message: error.message,
    },
    RequestId: request.requestId,
  });
}

function toAnswer(
  status: number,
  { requestId }: AwsServiceRequest,
  name: string,
  namespace: string,
  value: XmlValue,
): AwsServiceAnswer {
  return {
    status,
    headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
    body: xmlElement(name, value, { namespace }),
  };
}
