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
    "error MAPPING_TEMPLATE_INVALID websocket:chat/route:join",
    "error MAPPING_TEMPLATE_INVALID websocket:chat/route:join",
  ]);
  expect(findings[0]?.message).toContain('The request template "$default" of route "join"');
  expect(findings[0]?.message).toContain("line 2, column 5");
  expect(findings[1]?.message).toContain('The "/2../" response template "a"');
});

test("each request parameter and each response's key that cannot be read is an error at its route", () => {
  const findings = validate({
    requestParameters: {
      "integration.request.header.A": "context.connectionId",
      "integration.request.cookie.B": "'x'",
      "integration.request.header.C": "method.request.header.c",
    },
    responses: [response(""), { ...response(""), key: "404" }, { ...response(""), key: "/(a+)+/" }],
  });
  expect(findings).toMatchObject(
    ["integration.request.cookie.B", "method.request.header.c", "404", "/(a+)+/"].map((what) => ({
      severity: "error",
      code: "EXPRESSION_INVALID",
      subject: "websocket:chat/route:join",
      message: expect.stringContaining(`"${what}" cannot be used: `) as string,
      hint: expect.stringContaining("Write ") as string,
    })),
  );
  expect(findings[0]?.message).toMatch(/^Route "join" of /);
});

test("each request model that cannot be read is an error at the model, unless its function enforces it", () => {
  const model = { contentType: "application/json", enforcedBy: "gateway" } as const;
  const models = [
    { ...model, name: "fine", schema: '{"type": "object"}' },
    { ...model, name: "cut", schema: "{" },
    { ...model, name: "list", schema: [] },
    { ...model, name: "theirs", schema: 5, enforcedBy: "function" as const },
  ];
  const findings = validateModel({ ...sampleModel, webSocketApis: [sampleApi({ models })] }, "local");
  expect(findings).toMatchObject([
    { code: "MODEL_SCHEMA_INVALID", subject: "websocket:chat/model:cut" },
    { code: "MODEL_SCHEMA_INVALID", subject: "websocket:chat/model:list" },
  ]);
  expect(findings[0]?.message).toContain("it is not JSON");
});
