import { expect, test } from "vitest";
import { sampleApi, sampleModel, sampleRoute } from "../../test/model/sample-model.ts";
import type { Mapping } from "./app-model.ts";
import { validateModel } from "./validate.ts";

function validate(change: Partial<Mapping>) {
  const mapping: Mapping = {
    requestParameters: {},
    requestTemplates: {},
    passthrough: "never",
    responses: [],
    ...change,
  };
  const routes = [sampleRoute({ integration: { kind: "mock", mapping } })];
  return validateModel({ ...sampleModel, webSocketApis: [sampleApi({ routes })] }, "local");
}

const response = (text: string) => ({ key: "/2../", templates: { a: text }, parameters: {} });

test("templates that can be read are fine", () => {
  expect(
    validate({ requestTemplates: { a: '{"statusCode": 200}' }, responses: [response("$input.body")] }),
  ).toEqual([]);
});

test("each template that cannot be read is an error at its route, with its name and place", () => {
  const findings = validate({ requestTemplates: { $default: "a\n#if(" }, responses: [response("#end")] });
  expect(findings.map(({ code, severity, subject }) => `${severity} ${code} ${subject}`)).toEqual([
    "error TEMPLATE_INVALID websocket:chat/route:join",
    "error TEMPLATE_INVALID websocket:chat/route:join",
  ]);
  expect(findings[0]?.message).toContain('The request template "$default" of route "join"');
  expect(findings[0]?.message).toContain("line 2, column 5");
  expect(findings[1]?.message).toContain('The "/2../" response template "a"');
});
