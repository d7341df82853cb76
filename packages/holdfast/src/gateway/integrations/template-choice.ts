import {
  parseSelectionExpression,
  selectRouteKey,
  type SelectionExpression,
} from "../../model/selection-expression.ts";
import { compileTemplate, type CompiledTemplate } from "../../model/templates/template.ts";
import type { HeaderPair } from "../../model/gateway-event.ts";
import { headerValues, lastHeader } from "../header-pairs.ts";

/** What a template is chosen by. */
export interface TemplateFacts {
  /** The message. */
  readonly body: string;
  /** Of the integration's response, where there is one. */
  readonly status?: number;
  readonly headers?: readonly HeaderPair[];
}

/** Templates, and which of them is meant. */
export interface TemplateChoice {
  readonly size: number;
  choose(facts: TemplateFacts): CompiledTemplate | undefined;
}

/** Throws `MAPPING_TEMPLATE_INVALID` and `EXPRESSION_INVALID`. */
export function compileTemplateChoice(
  templates: Readonly<Record<string, string>>,
  expressionText: string | undefined,
): TemplateChoice {
  const compiled = new Map(Object.entries(templates).map(([key, text]) => [key, compileTemplate(text)]));
  const expression = expressionText === undefined ? undefined : parseSelectionExpression(expressionText);
  return {
    size: compiled.size,
    choose(facts) {
      const key = expression === undefined ? "$default" : evaluateSelection(expression, facts);
      const chosen = compiled.get(key) ?? compiled.get("$default");
      // Where nothing is selected, templates stand under their content type. For WebSocket APIs this is not documented.
      return chosen ?? (key === "$default" ? compiled.get("application/json") : undefined);
    },
  };
}

/** A selection expression's value; what is not there counts as no text. */
export function evaluateSelection({ parts }: SelectionExpression, facts: TemplateFacts): string {
  return parts
    .map((part) => {
      if (part.kind === "text") return part.text;
      const [name = ""] = part.path;
      switch (part.source) {
        case "request.body":
          return selectRouteKey({ text: "", parts: [part] }, facts.body) ?? "";
        case "integration.response.statuscode":
        case "response.statuscode":
          return facts.status === undefined ? "" : String(facts.status);
        case "integration.response.header":
          return lastHeader(facts.headers ?? [], String(name).toLowerCase()) ?? "";
        case "integration.response.multivalueheader":
          return `[${headerValues(facts.headers ?? [], String(name).toLowerCase()).join(", ")}]`;
        default:
          return "";
      }
    })
    .join("");
}
