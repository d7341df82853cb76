import type { IntegrationResponse, Mapping } from "../../model/app-model.ts";
import type { HeaderPair } from "../../model/gateway-event.ts";
import { parseResponseKey } from "../../model/response-key.ts";
import { render } from "../../model/templates/template.ts";
import type { InvocationResult } from "../../ports/invoker.ts";
import { failed } from "./failed.ts";
import type { IntegrationRequest } from "./integration-request.ts";
import { compileTemplateChoice, type TemplateChoice } from "./template-choice.ts";

/** What a backend answered. */
export interface BackendAnswer {
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer;
  /** What integration responses are told apart by: the status code, or a function's error message. */
  readonly selector: string;
}

/** Turns a backend's answer into the route's. */
export type ResponseMaker = (request: IntegrationRequest, answer: BackendAnswer) => InvocationResult;

interface CompiledResponse {
  readonly matches: (selector: string) => boolean;
  readonly templates: TemplateChoice;
  readonly contentHandling: IntegrationResponse["contentHandling"];
}

/**
 * The integration responses of a mapping. The first whose pattern matches counts, else `$default`. Without any, the
 * route says nothing to the client. That none of several matches is the integration's failure here; what API Gateway
 * does then is not known. Throws `EXPRESSION_INVALID` and `MAPPING_TEMPLATE_INVALID`; the maker throws `MAPPING_TEMPLATE_FAILED`.
 */
export function compileResponses(mapping: Mapping | undefined): ResponseMaker {
  const responses = (mapping?.responses ?? []).map(compileResponse);
  const byDefault = mapping?.responses.findIndex(({ key }) => key === "$default") ?? -1;
  return (request, answer) => {
    const { status, headers, selector } = answer;
    if (responses.length === 0) return { outcome: "returned", payload: { statusCode: status } };
    const chosen = responses.find(({ matches }) => matches(selector)) ?? responses[byDefault];
    if (chosen === undefined) return failed(`No integration response is for "${selector.slice(0, 200)}"`);
    const text =
      chosen.contentHandling === "to-text" ? answer.body.toString("base64") : answer.body.toString();
    const template = chosen.templates.choose({ body: request.body, status, headers });
    const body = template === undefined ? text : render(template, { ...request, body: text });
    const isBase64Encoded = chosen.contentHandling === "to-binary";
    // Nothing to say is no frame.
    const said = body === "" ? {} : { body, isBase64Encoded };
    return { outcome: "returned", payload: { statusCode: status, ...said } };
  };
}

function compileResponse(response: IntegrationResponse): CompiledResponse {
  const { key, templates, templateSelectionExpression, contentHandling } = response;
  return {
    matches: compileKey(key),
    templates: compileTemplateChoice(templates, templateSelectionExpression),
    contentHandling,
  };
}

/** An error's message is cut to what the pattern is quick with. */
function compileKey(key: string): (selector: string) => boolean {
  const pattern = parseResponseKey(key);
  if (pattern === undefined) return () => false;
  const { regex, maximumLength } = pattern;
  return (selector) => regex.test(selector.slice(0, maximumLength));
}
