import { AwsServiceError } from "./aws-service-error.ts";
import type { OperationInput } from "./service-face.ts";

/**
 * Members of an input that are text, checked. Messages are those of the framework that AWS's services share, which name
 * a member with a small first letter (seen by users). The error's name differs from protocol to protocol.
 */
export interface TextMembers {
  /** Undefined when it is absent. */
  optional(input: OperationInput, name: string): string | undefined;
  required(input: OperationInput, name: string): string;
}

export function textMembers(errorCode: "ValidationException" | "ValidationError"): TextMembers {
  const invalid = (name: string, value: string, constraint: string): AwsServiceError =>
    new AwsServiceError(
      errorCode,
      `1 validation error detected: Value ${value} at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: ${constraint}`,
    );
  const optional = (input: OperationInput, name: string): string | undefined => {
    const value = input[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === "string") return value;
    throw invalid(name, `'${JSON.stringify(value)}'`, "Member must be a string");
  };
  return {
    optional,
    required(input, name) {
      const value = optional(input, name);
      if (value === undefined) throw invalid(name, "null", "Member must not be null");
      if (value === "") throw invalid(name, "''", "Member must have length greater than or equal to 1");
      return value;
    },
  };
}
