import { toAwsEvent } from "../../model/aws-event.ts";
import type { TemplateSurroundings } from "../../model/templates/template.ts";
import type { RouteEvent } from "./integration.ts";

/** An event as mappings and templates see it. */
export interface IntegrationRequest extends TemplateSurroundings {
  readonly event: RouteEvent;
  /** What passes without a template: the message as it came. */
  readonly content: string | Buffer;
}

/** `$context` is the event's request context; the other variables that API Gateway documents are never set here. */
export function toIntegrationRequest(event: RouteEvent): IntegrationRequest {
  const content = contentOf(event);
  return {
    event,
    content,
    body: content.toString(),
    context: { ...toAwsEvent(event).requestContext },
    stageVariables: event.connection.stageVariables ?? {},
  };
}

/** Only messages have any; binary ones, an extension, are bytes. */
export function contentOf(event: RouteEvent): string | Buffer {
  if (event.kind !== "message") return "";
  return event.isBase64Encoded ? Buffer.from(event.body, "base64") : event.body;
}
