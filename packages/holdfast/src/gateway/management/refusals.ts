import { missingToken, type Refusal } from "./management-access.ts";
import { refused } from "./management-answer.ts";

/** Why a call was not carried out, for the log. */
export type Reason = Pick<Refusal, "cause" | "hint">;

export function explainGone(isConnecting: boolean): Reason {
  if (isConnecting)
    return {
      cause: "its $connect still runs",
      hint: "Nothing can be sent to a connection before its $connect has returned: send on its first message.",
    };
  return {
    cause: "the connection is gone, or its $connect still runs",
    hint: "Remove what you keep about it. Inside its own $connect a client cannot be reached yet.",
  };
}

/** Captured. */
export function invalidId(connectionId: string): Refusal {
  return {
    answer: refused(400, "BadRequestException", `Invalid connectionId: ${connectionId}`),
    cause: "this is no connection id",
    hint: "Pass the connectionId of an event, unchanged.",
  };
}

/** Captured. */
export function unknownStage(stage: string, stages: ReadonlySet<string>): Refusal {
  const places = [...stages].map((one) => `/${one}`).join(", ");
  return {
    answer: refused(403, "ForbiddenException", "Forbidden"),
    cause: stage === "" ? "its URL has no stage" : `there is no stage "${stage}"`,
    hint: `End the client's endpoint with the stage: ${places}.`,
  };
}

/** What API Gateway answers to other methods and paths is not known; so it answers elsewhere where it has no route. */
export const unknownOperation: Refusal = {
  answer: missingToken,
  cause: "the management API has no such operation",
  hint: "It has POST, GET and DELETE of /{stage}/@connections/{connectionId}; escape the id.",
};

export function tooLarge(bodyBytes: number): Reason {
  return {
    cause: `its body is larger than ${bodyBytes} bytes`,
    hint: `Send at most ${bodyBytes} bytes at a time.`,
  };
}

/** The error is of the service's model; when API Gateway uses it, is not known. */
export const noRoom: Refusal = {
  answer: refused(429, "LimitExceededException", "Too Many Requests"),
  cause: "too many bodies are being read",
  hint: "Send fewer messages at a time; SDKs try again by themselves.",
};
