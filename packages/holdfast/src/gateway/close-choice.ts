import { HoldfastError } from "../base/errors.ts";
import type { CloseChoice } from "../ports/connections.ts";
import { closeReasonBytes } from "./frame.ts";

/** What `DELETE @connections` closes with (API Gateway, captured). */
const defaultChoice = { code: 1000, reason: "Connection Closed Normally" };

/** The code and reason to close with. Throws `CLOSE_CODE_INVALID` for what RFC 6455 keeps out of close frames. */
export function checkCloseChoice(choice: CloseChoice | undefined): Required<CloseChoice> {
  if (choice === undefined) return defaultChoice;
  const { code, reason = "" } = choice;
  if (!isCloseCode(code))
    throw new HoldfastError("CLOSE_CODE_INVALID", `A connection cannot be closed with code ${code}`);
  const bytes = Buffer.byteLength(reason);
  if (bytes > closeReasonBytes)
    throw new HoldfastError(
      "CLOSE_CODE_INVALID",
      `A connection cannot be closed with a reason of ${bytes} bytes: ${closeReasonBytes} fit a close frame`,
    );
  return { code, reason };
}

/** 1004 is reserved; 1005, 1006 and 1015 only say locally what no frame said. */
function isCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  if (code >= 3000) return code <= 4999;
  return (code >= 1000 && code <= 1003 && code !== 1002) || (code >= 1007 && code <= 1014);
}
