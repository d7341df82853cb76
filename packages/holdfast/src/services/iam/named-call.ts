import { isRecord } from "../../base/is-record.ts";
import type { AwsServiceRequest } from "../../ports/aws-services.ts";
import { readQueryInput } from "../query-input.ts";
import type { OperationInput } from "../service-face.ts";

/** A call that names its operation, in a header or in a form. */
export interface NamedCall {
  /** Such as `PutItem`; empty when the request names none, which its service refuses. */
  readonly operation: string;
  readonly input: OperationInput;
}

export function readNamedCall(request: AwsServiceRequest): NamedCall {
  const target = request.headers["x-amz-target"];
  if (target === undefined) return readForm(request);
  return { operation: target.slice(target.lastIndexOf(".") + 1), input: readJson(request.body) };
}

function readForm({ target, body }: AwsServiceRequest): NamedCall {
  const mark = target.indexOf("?");
  const parameters = [
    ...new URLSearchParams(Buffer.from(body).toString("utf8")),
    ...(mark === -1 ? [] : new URLSearchParams(target.slice(mark + 1))),
  ];
  const operation = parameters.find(([name]) => name === "Action")?.[1] ?? "";
  return {
    operation,
    input: readQueryInput(parameters.filter(([name]) => !name.startsWith("X-Amz-"))) ?? {},
  };
}

/** What is no object is its service's to refuse. */
function readJson(body: Uint8Array): OperationInput {
  try {
    const input: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    return isRecord(input) ? input : {};
  } catch {
    return {};
  }
}

export function textIn(input: OperationInput, name: string): string | undefined {
  const value = input[name];
  return typeof value === "string" ? value : undefined;
}

export function recordsIn(input: OperationInput, name: string): readonly OperationInput[] {
  const value = input[name];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function textsIn(input: OperationInput, name: string): readonly string[] {
  const value = input[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
