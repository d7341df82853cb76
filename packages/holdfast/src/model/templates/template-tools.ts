import { parseJsonPath, readJsonPath } from "./json-path.ts";
import { TemplateFault } from "./template-fault.ts";
import { fromJson, TemplateTool, toJson, toText, type Spend, type TemplateValue } from "./template-values.ts";

const text = (value: TemplateValue | undefined): string => toText(value ?? null);

/**
 * `$input`. An empty body counts as `{}` (API Gateway, reported). What is not in the body is null for `path`; for
 * `json` it is empty text in quotes, so that what surrounds it stays JSON (what API Gateway gives is not known).
 */
export function createInput(givenBody: string, spend: Spend): TemplateTool {
  const body = givenBody === "" ? "{}" : givenBody;
  const read = once(() => parse(body));
  const find = (path: TemplateValue | undefined): TemplateValue | undefined => {
    const parsed = parseJsonPath(text(path));
    if (parsed === undefined)
      throw new TemplateFault(`"${text(path).slice(0, 200)}" is no JSONPath that can be read`);
    const found = readJsonPath(parsed, read(), spend);
    return found === undefined ? undefined : fromJson(found, spend);
  };
  return new TemplateTool(
    {
      path: (path) => find(path) ?? null,
      json: (path) => {
        const found = find(path);
        return found === undefined ? '""' : toJson(found);
      },
    },
    (name) => (name === "body" ? body : null),
  );
}

/** A body that is not JSON is text. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** `$util`, as documented for WebSocket APIs. */
export function createUtil(spend: Spend): TemplateTool {
  return new TemplateTool({
    escapeJavaScript: (value) => escapeJavaScript(text(value)),
    parseJson: (value) => {
      try {
        spend(text(value).length >> 8);
        return fromJson(JSON.parse(text(value)), spend);
      } catch (error) {
        if (error instanceof TemplateFault) throw error;
        throw new TemplateFault("$util.parseJson was given text that is not JSON");
      }
    },
    urlEncode: (value) => urlEncode(text(value)),
    urlDecode: (value) => urlDecode(text(value)),
    base64Encode: (value) => Buffer.from(text(value)).toString("base64"),
    base64Decode: (value) => Buffer.from(text(value), "base64").toString(),
  });
}

const namedEscapes: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
};

/** As Java's library does it: quotes of both kinds, slashes, and everything beyond ASCII. */
function escapeJavaScript(value: string): string {
  return value.replaceAll(/["'\\/]|[^ -~]/g, (one) => {
    if (/["'\\/]/.test(one)) return `\\${one}`;
    return namedEscapes[one] ?? `\\u${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  });
}

/** The encoding of forms: a blank is a plus. */
function urlEncode(value: string): string {
  return new URLSearchParams([["", value]]).toString().slice(1);
}

function urlDecode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    throw new TemplateFault("$util.urlDecode was given text that is not URL-encoded");
  }
}
