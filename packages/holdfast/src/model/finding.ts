import type { ErrorCode } from "../base/error-codes.ts";
import type { Located } from "./inventory.ts";

/** Something that validation found wrong with a model, and which part of it is meant. */
export interface Finding {
  readonly severity: "error" | "warning";
  readonly code: ErrorCode;
  readonly message: string;
  /** What to do, where it can be said better than the code's general remedy. */
  readonly hint?: string;
  /** A path such as `app`, `websocket:chat`, `websocket:chat/route:join`, `table:games`, `http:GET /x`. */
  readonly subject: string;
  /** Which one, in the model's order and counted from 0; present when several things have the same subject. */
  readonly occurrence?: number;
}

/** An error about something of the model. The message may begin with the title of a thing. */
export function errorAbout(
  { subject, occurrence }: Located<unknown>,
  code: ErrorCode,
  message: string,
  hint?: string,
): Finding {
  return {
    severity: "error",
    code,
    message: message.charAt(0).toUpperCase() + message.slice(1),
    ...(hint !== undefined && { hint }),
    subject,
    ...(occurrence !== undefined && { occurrence }),
  };
}
