import { AwsServiceError } from "../../aws-service-error.ts";
import type { CancellationReason } from "../operations/cancellation.ts";
import { duplicateItemMessage } from "./statement-error.ts";

/** Why a transaction's statement was not carried out; one for each, in order. */
export type Reason = CancellationReason | typeof duplicate;

export const noReason: Reason = { Code: "None" };
export const duplicate = { Code: "DuplicateItem", Message: duplicateItemMessage } as const;

export function cancelledBy(reasons: readonly Reason[]): AwsServiceError {
  const codes = reasons.map(({ Code }) => Code).join(", ");
  return new AwsServiceError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}
