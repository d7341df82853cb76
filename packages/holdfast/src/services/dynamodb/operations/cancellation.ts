import { AwsServiceError } from "../../aws-service-error.ts";
import type { ItemJson } from "../item-json.ts";

/** Why a transaction's write was not done; one for each write, in order. */
export interface CancellationReason {
  readonly Code: "None" | "ConditionalCheckFailed" | "DuplicateItem" | "ValidationError";
  readonly Message?: string;
  readonly Item?: ItemJson;
}

export const noReason: CancellationReason = { Code: "None" };

export function cancelled(reasons: readonly CancellationReason[]): AwsServiceError {
  const codes = reasons.map(({ Code }) => Code).join(", ");
  return new AwsServiceError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}

/** What the check finds wrong, as a reason. */
export function faultOf(check: () => void): { readonly fault?: CancellationReason } {
  try {
    check();
    return {};
  } catch (error) {
    if (!(error instanceof AwsServiceError)) throw error;
    return { fault: { Code: "ValidationError", Message: error.message } };
  }
}
