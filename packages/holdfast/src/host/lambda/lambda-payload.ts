import { HoldfastError } from "../../base/errors.ts";
import { toAwsAuthorizerEvent } from "../../model/aws-authorizer-event.ts";
import { toAwsEvent } from "../../model/aws-event.ts";
import { toAwsHttpEvent } from "../../model/aws-http-event.ts";
import { toAwsTaskEvent } from "../../model/aws-task-event.ts";
import type { InvocationEvent } from "../../model/gateway-event.ts";
import type { FunctionPlace } from "./function-place.ts";

/** The event as AWS hands it to a function, as JSON. Throws what `JSON.stringify` throws. */
export function toLambdaPayload(event: InvocationEvent, place: FunctionPlace): string {
  // A call without a payload is one with null.
  return JSON.stringify(toAwsPayload(event, place)) ?? "null";
}

function toAwsPayload(event: InvocationEvent, place: FunctionPlace): unknown {
  switch (event.kind) {
    case "authorize":
      return toAwsAuthorizerEvent(event);
    case "connect":
      return toAwsEvent(event);
    case "message":
      return toAwsEvent(event);
    case "disconnect":
      return toAwsEvent(event);
    case "http":
      return toAwsHttpEvent(event, place);
    case "task":
      return toAwsTaskEvent(event, place);
    case "open":
      throw new HoldfastError("INTERNAL", "AWS has no event of an open connection");
  }
}
