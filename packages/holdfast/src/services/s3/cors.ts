import type { CorsRule } from "../../model/app-model.ts";
import type { AwsServiceAnswer } from "../../ports/aws-services.ts";
import { FlatList } from "../xml.ts";
import { s3Error } from "./s3-error.ts";
import { emptyAnswer, xmlAnswer, type BucketOperation, type BucketRequest } from "./s3-request.ts";

/** What a browser asks before it lets a page send its request. Throws `AccessForbidden`. */
export function answerPreflight({ headers }: BucketRequest, rules: readonly CorsRule[]): AwsServiceAnswer {
  const { origin = "", "access-control-request-method": method = "" } = headers;
  const wanted = (headers["access-control-request-headers"] ?? "").toLowerCase().split(",");
  const names = wanted.map((name) => name.trim()).filter((name) => name !== "");
  const rule = rules.find(
    (one) =>
      allows(one, origin, method) &&
      names.every((name) => one.allowedHeaders.some((pattern) => matches(pattern.toLowerCase(), name))),
  );
  if (rule === undefined) throw s3Error("AccessForbidden", { Method: method, ResourceType: "OBJECT" });
  return emptyAnswer(200, {
    ...headersOf(rule, origin),
    ...(names.length > 0 && { "access-control-allow-headers": names.join(", ") }),
  });
}

/** What lets the page that sent the request read its answer; nothing where no rule is about it. */
export function corsHeaders(
  { headers: { origin }, method }: Pick<BucketRequest, "headers" | "method">,
  rules: readonly CorsRule[],
): Readonly<Record<string, string>> {
  const rule = origin === undefined ? undefined : rules.find((one) => allows(one, origin, method));
  return rule === undefined || origin === undefined ? {} : headersOf(rule, origin);
}

export const getCors: BucketOperation = async ({ bucket }, options) => {
  const rules = options.cors?.(bucket) ?? [];
  if (rules.length === 0) throw s3Error("NoSuchCORSConfiguration", { BucketName: bucket });
  return xmlAnswer("CORSConfiguration", {
    CORSRule: new FlatList(
      rules.map((rule) => ({
        AllowedOrigin: new FlatList(rule.allowedOrigins),
        AllowedMethod: new FlatList(rule.allowedMethods),
        AllowedHeader: new FlatList(rule.allowedHeaders),
        ExposeHeader: new FlatList(rule.exposedHeaders),
        MaxAgeSeconds: rule.maxAgeSeconds,
      })),
    ),
  });
};

function headersOf(rule: CorsRule, origin: string): Record<string, string> {
  const isForAll = rule.allowedOrigins.includes("*");
  return {
    "access-control-allow-origin": isForAll ? "*" : origin,
    "access-control-allow-methods": rule.allowedMethods.join(", "),
    ...(!isForAll && { "access-control-allow-credentials": "true" }),
    ...(rule.exposedHeaders.length > 0 && {
      "access-control-expose-headers": rule.exposedHeaders.join(", "),
    }),
    ...(rule.maxAgeSeconds !== undefined && { "access-control-max-age": String(rule.maxAgeSeconds) }),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}

function allows(rule: CorsRule, origin: string, method: string): boolean {
  return (
    rule.allowedMethods.includes(method) && rule.allowedOrigins.some((pattern) => matches(pattern, origin))
  );
}

/** With one star for any text. */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === text;
  const [begin, end] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= begin.length + end.length && text.startsWith(begin) && text.endsWith(end);
}
