import { expect, it } from "vitest";
import {
  chat,
  invocationOf,
  readQuietly,
  reportedIn,
  v2,
  withProperties,
} from "../../../../../test/cloudformation/api-resources.ts";

const sources = ["route.request.header.Auth", "stageVariables.stage"];
const properties = {
  Name: "Ask",
  AuthorizerType: "REQUEST",
  AuthorizerUri: invocationOf("Talk"),
  IdentitySource: sources,
};
const asking = withProperties(chat, {
  Say: { RouteKey: "$connect", AuthorizationType: "CUSTOM", AuthorizerId: { Ref: "Ask" } },
});

it("an authorizer is a function and what clients must send", () => {
  expect(readQuietly({ ...asking, Ask: v2("Authorizer", properties) }).authorizers).toEqual([
    { name: "Ask", function: "Talk", identitySources: sources },
  ]);
});

it("an authorizer may ask for nothing, and have a name that only AWS takes", () => {
  const { IdentitySource: _, ...rest } = properties;
  const Ask = v2("Authorizer", { ...rest, Name: "who are you?" });
  expect(readQuietly({ ...asking, Ask }).authorizers).toEqual([
    { name: "Ask", function: "Talk", identitySources: [] },
  ]);
});

it.each([
  [{ AuthorizerType: "JWT" }, /^error Say\/Properties\/AuthorizerId: .*REQUEST only$/],
  [{ AuthorizerUri: "https://example.com" }, /^error Say\/Properties\/AuthorizerId: .*no function's URI$/],
])("one with %j cannot be asked, which is its routes' error", (change, message) => {
  const Ask = v2("Authorizer", { ...properties, ...change });
  expect(reportedIn({ ...asking, Ask })).toEqual([expect.stringMatching(message)]);
  expect(reportedIn({ ...chat, Ask })).toEqual([]);
});

it("one without a URI is an error by itself", () => {
  const Ask = v2("Authorizer", { Name: "Ask", AuthorizerType: "REQUEST" });
  expect(reportedIn({ ...asking, Ask })).toEqual([
    expect.stringMatching(/^error Ask\/Properties\/AuthorizerUri: .*is missing$/),
  ]);
});
