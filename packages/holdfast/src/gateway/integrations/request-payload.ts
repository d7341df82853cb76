import type { Mapping } from "../../model/app-model.ts";
import { render } from "../../model/templates/template.ts";
import type { IntegrationRequest } from "./integration-request.ts";
import { compileTemplateChoice } from "./template-choice.ts";

/** What goes to the backend. */
export type RequestPayload =
  /** Text, or bytes where the mapping asks for them. */
  | { readonly kind: "payload"; readonly data: string | Buffer }
  /** There is no template for it, and it may not pass without one. */
  | { readonly kind: "unsupported" };

export type PayloadMaker = (request: IntegrationRequest) => RequestPayload;

/**
 * The request templates of a mapping and what passes without one. The maker throws `MAPPING_TEMPLATE_FAILED`; compiling throws
 * `MAPPING_TEMPLATE_INVALID` and `EXPRESSION_INVALID`.
 */
export function compileRequestPayload(mapping: Mapping | undefined): PayloadMaker {
  if (mapping === undefined) return ({ content }) => ({ kind: "payload", data: content });
  const { requestTemplates, templateSelectionExpression, passthrough, contentHandling } = mapping;
  const choice = compileTemplateChoice(requestTemplates, templateSelectionExpression);
  // Documented: without a match pass always, only where there are no templates at all, or never.
  const passes =
    passthrough === "when-no-match" || (passthrough === "when-no-templates" && choice.size === 0);
  return (request) => {
    const template = choice.choose(request);
    if (template === undefined && !passes) return { kind: "unsupported" };
    const data = template === undefined ? request.content : render(template, request);
    return { kind: "payload", data: convert(data, contentHandling) };
  };
}

/** Base64 becomes bytes and bytes become base64, as asked (documented); what has that form already stays. */
function convert(data: string | Buffer, contentHandling: Mapping["contentHandling"]): string | Buffer {
  if (contentHandling === "to-binary" && typeof data === "string") return Buffer.from(data, "base64");
  if (contentHandling === "to-text" && typeof data !== "string") return data.toString("base64");
  return data;
}
