import type { AuthorizeEvent } from "../../model/gateway-event.ts";
import { lastHeader } from "../header-pairs.ts";
import { refuseAccess, type AccessRefusal, type RefusalReason } from "./access-refusal.ts";
import type { KeyCheck } from "./api-keys.ts";

/** Where a client's API key is. */
export type KeySource = "header" | "authorizer";

export function readKey(
  source: KeySource,
  event: AuthorizeEvent,
  fromAuthorizer: string | undefined,
): string | undefined {
  if (source === "authorizer") return fromAuthorizer;
  return lastHeader(event.headers, "x-api-key");
}

/**
 * What a client hears whose key does not open the API. None of it is known of WebSocket APIs: 403 `Forbidden`, and of
 * 429 the texts that users know from REST APIs.
 */
export function refuseKey(
  event: AuthorizeEvent,
  check: Exclude<KeyCheck, { readonly kind: "ok" }>,
  source: KeySource,
): AccessRefusal {
  const { apiName } = event.connection;
  switch (check.kind) {
    case "missing":
      return refuseAccess(
        event,
        source === "header"
          ? forbidden("it has no API key", "Send the key in the header x-api-key.")
          : forbidden(
              "its authorizer gave no API key",
              "Let the authorizer return the key as usageIdentifierKey.",
            ),
      );
    case "unknown":
      return refuseAccess(
        event,
        forbidden("nobody has its API key", "See that the client has the key's value, not its name."),
      );
    case "disabled":
      return refuseAccess(
        event,
        forbidden(
          `its API key "${check.keyName}" is disabled`,
          "Enable the key, or give the client another.",
        ),
      );
    case "no-plan":
      return refuseAccess(
        event,
        forbidden(
          `no usage plan has the API key "${check.keyName}" for the API "${apiName}"`,
          "Add the key and the API to a usage plan.",
        ),
      );
    case "throttled":
      return refuseAccess(event, {
        status: 429,
        message: "Too Many Requests",
        cause: `the API key "${check.keyName}" is used faster than its usage plan "${check.plan.name}" allows`,
        hint: "Connect again after a while, or raise the plan's throttling.",
      });
    case "quota":
      return refuseAccess(event, {
        status: 429,
        message: "Limit Exceeded",
        cause: `the quota of the usage plan "${check.plan.name}", ${check.plan.quota?.requests} a ${check.plan.quota?.period}, is used up for the API key "${check.keyName}"`,
        hint: "Wait for the next period, or raise the plan's quota.",
      });
  }
}

function forbidden(cause: string, hint: string): RefusalReason {
  return { status: 403, message: "Forbidden", cause, hint };
}
