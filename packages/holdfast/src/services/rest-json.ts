import type { AwsServiceAnswer, AwsServiceRequest } from "../ports/aws-services.ts";
import { AwsServiceError } from "./aws-service-error.ts";
import type { OperationContext, ServiceFace } from "./service-face.ts";

/** An operation that is told by method and path. Throws `AwsServiceError`. */
export interface RestOperation {
  readonly method: string;
  /** `/functions/{FunctionName}/invocations`: a part in braces is a parameter. A slash at the end makes no difference. */
  readonly path: string;
  run(request: RestRequest, context: OperationContext): Promise<RestAnswer>;
}

export interface RestRequest {
  /** Decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface RestAnswer {
  /** 200 unless said. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; texts as they are. */
  readonly body: unknown;
}

export interface RestJsonFaceOptions {
  /** As signatures name it: `lambda`. */
  readonly service: string;
  readonly operations: readonly RestOperation[];
}

/**
 * A service that is asked with methods and paths and answers with JSON: AWS's protocol `restJson1` (documented in
 * Smithy). An error's name is in a header, its members in the body. What an operation throws that is no
 * `AwsServiceError` is a `ServiceException` with status 500, which SDKs try again.
 */
export function createRestJsonFace({ service, operations }: RestJsonFaceOptions): ServiceFace {
  const routes = operations.map((operation) => ({ operation, parts: splitPath(operation.path) }));
  return {
    service,
    async answer(request) {
      try {
        const { path, query } = splitTarget(request.target);
        for (const { operation, parts } of routes) {
          const parameters = operation.method === request.method ? matchPath(parts, path) : undefined;
          if (parameters === undefined) continue;
          const { headers, body, region, requestId, caller } = request;
          const context = { region, requestId, caller };
          return toAnswer(request, await operation.run({ parameters, query, headers, body }, context));
        }
        throw unknownOperation(service, request.method, path.join("/"));
      } catch (thrown) {
        return errorAnswer(request, thrown);
      }
    },
  };
}

/** AWS's message says less. */
function unknownOperation(service: string, method: string, path: string): AwsServiceError {
  return new AwsServiceError(
    "UnknownOperationException",
    `There is no ${method} /${path} of ${service} here`,
    404,
  );
}

function splitPath(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}

function splitTarget(target: string): { readonly path: readonly string[]; readonly query: URLSearchParams } {
  const mark = target.indexOf("?");
  return {
    path: splitPath(mark === -1 ? target : target.slice(0, mark)),
    query: new URLSearchParams(mark === -1 ? "" : target.slice(mark + 1)),
  };
}

function matchPath(parts: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  if (parts.length !== path.length) return undefined;
  const parameters: [string, string][] = [];
  for (const [at, part] of parts.entries()) {
    const given = path[at] ?? "";
    const name = /^\{(?<name>\w+)\}$/.exec(part)?.groups?.name;
    if (name !== undefined) parameters.push([name, decode(given)]);
    else if (part !== given) return undefined;
  }
  return Object.fromEntries(parameters);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsServiceError("ValidationException", "The path cannot be decoded");
  }
}

function toAnswer(
  { requestId }: AwsServiceRequest,
  { status = 200, headers, body }: RestAnswer,
): AwsServiceAnswer {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-requestid": requestId, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

function errorAnswer(request: AwsServiceRequest, thrown: unknown): AwsServiceAnswer {
  const error =
    thrown instanceof AwsServiceError
      ? thrown
      : new AwsServiceError(
          "ServiceException",
          thrown instanceof Error ? thrown.message : String(thrown),
          500,
        );
  return toAnswer(request, {
    status: error.status,
    headers: { "x-amzn-errortype": error.code },
    body: { message: error.message, ...error.details },
  });
}
