import { expect, it } from "vitest";
import { chat, reportedIn, v2 } from "../../../../../test/cloudformation/api-resources.ts";
import type { SampleResource } from "../../../../../test/cloudformation/resource-set.ts";

const Domain: SampleResource = {
  Type: "AWS::ApiGatewayV2::DomainName",
  Properties: { DomainName: "chat.example.com" },
};
const mapping = v2("ApiMapping", { DomainName: "chat.example.com", Stage: "live" });

it("a domain is a warning, and its mappings say nothing more", () => {
  expect(reportedIn({ ...chat, Domain, mapping })).toEqual([
    expect.stringMatching(/^warning Domain: .*under localhost.*not under chat\.example\.com$/),
  ]);
});

it("a mapping to a domain elsewhere is a warning", () => {
  expect(reportedIn({ ...chat, mapping })).toEqual([
    expect.stringMatching(/^warning mapping: .*not under chat\.example\.com$/),
  ]);
});

it("of other parts what follows is said, where anything does", () => {
  const Link: SampleResource = { Type: "AWS::ApiGatewayV2::VpcLink", Properties: { Name: "link" } };
  const Account: SampleResource = { Type: "AWS::ApiGateway::Account" };
  expect(reportedIn({ ...chat, Link, Account })).toEqual([
    expect.stringMatching(/^warning Link: .*is not run: integrations are called from this machine/),
  ]);
});
