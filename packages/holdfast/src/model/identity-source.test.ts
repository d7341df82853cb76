import { expect, it } from "vitest";
import { parseIdentitySource } from "./identity-source.ts";

it.each([
  ["route.request.header.Auth", { kind: "header", name: "Auth" }],
  ["route.request.querystring.token", { kind: "query", name: "token" }],
  ["stageVariables.a.b", { kind: "stage-variable", name: "a.b" }],
  ["context.identity.sourceIp", { kind: "context", name: "identity.sourceIp" }],
])("reads %s", (text, source) => {
  expect(parseIdentitySource(text)).toEqual(source);
});

it.each(["", "Auth", "$request.header.Auth", "method.request.header.Auth", "route.request.header."])(
  "refuses %j",
  (text) => {
    expect(() => parseIdentitySource(text)).toThrow(expect.objectContaining({ code: "EXPRESSION_INVALID" }));
  },
);
