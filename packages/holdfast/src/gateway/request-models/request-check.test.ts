import { describe, expect, test } from "vitest";
import { sampleApi, sampleRoute } from "../../../test/model/sample-model.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { RequestModel, Route } from "../../model/app-model.ts";
import { RequestChecks } from "./request-check.ts";

const model = (name: string, schema: unknown, change: Partial<RequestModel> = {}): RequestModel => ({
  name,
  contentType: "application/json",
  schema,
  enforcedBy: "gateway",
  ...change,
});

const joinModel = model("join", {
  $schema: "http://json-schema.org/draft-04/schema#",
  type: "object",
  required: ["room"],
  properties: {
    room: { type: "string", maxLength: 5 },
    seats: { type: "integer", minimum: 0, exclusiveMinimum: true },
  },
});

function compile(models: readonly RequestModel[], change: Partial<Route>) {
  return new RequestChecks(sampleApi({ models })).compile(sampleRoute(change));
}

function checkBy(models: readonly RequestModel[], change: Partial<Route>, body: unknown): string | undefined {
  const check = compile(models, change);
  if (check === undefined) throw new Error("There is no check");
  return check(typeof body === "string" ? body : JSON.stringify(body));
}

function problemOf(work: () => unknown): string {
  try {
    work();
    return "";
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

const byAction = { modelSelectionExpression: "$request.body.action", requestModels: { join: "join" } };

test("a message fits the model that its expression selects, or is told where it does not", () => {
  expect(checkBy([joinModel], byAction, { action: "join", room: "a", seats: 1 })).toBeUndefined();
  expect(checkBy([joinModel], byAction, { action: "join" })).toContain("room");
  expect(checkBy([joinModel], byAction, { action: "join", room: 5 })).toContain("body/room");
  // Draft 4's boolean form.
  expect(checkBy([joinModel], byAction, { action: "join", room: "a", seats: 0 })).toContain("body/seats");
});

describe("a pattern in a schema", () => {
  const codeModel = (pattern: string) =>
    model("code", { type: "object", properties: { code: { type: "string", pattern } } });
  const always = { modelSelectionExpression: "static", requestModels: { static: "code" } };
  const check = (pattern: string, code: string) => checkBy([codeModel(pattern)], always, { code });

  test("tells texts apart, also where it escapes more than Unicode patterns may", () => {
    expect(check("^\\p{L}+$", "Ærø")).toBeUndefined();
    expect(check("^\\w+\\@\\w+$", "a@b")).toBeUndefined();
    expect(check("^\\w+\\@\\w+$", "a-b")).toContain("body/code");
  });

  test("that may take without end is refused before a client can send it anything", () => {
    expect(problemOf(() => compile([codeModel("^(a+)+$")], always))).toContain("repeats a repetition");
  });

  test("that is slow with long texts does not fit them", () => {
    expect(check("a.*b.*c", `a${"x".repeat(100)}bc`)).toBeUndefined();
    expect(check("a.*b.*c", "ab".repeat(50_000))).toContain("body/code");
  });
});

test("what selects no model is measured by $default, and turned away without one", () => {
  expect(checkBy([joinModel], byAction, { action: "leave" })).toContain('selects the model "leave"');
  const withDefault = { ...byAction, requestModels: { $default: "join" } };
  expect(checkBy([joinModel], withDefault, { action: "leave" })).toContain("room");
  expect(checkBy([joinModel], withDefault, { action: "leave", room: "a" })).toBeUndefined();
  expect(checkBy([], { modelSelectionExpression: "static" }, {})).toContain('selects the model "static"');
});

test("what is not JSON fits no model", () => {
  expect(checkBy([joinModel], byAction, "join me")).toBe("it is not JSON");
  expect(checkBy([joinModel], { ...byAction, modelSelectionExpression: "join" }, "[1]")).toContain("object");
});

test("nothing is looked at without an expression, nor what the function looks at itself", () => {
  expect(compile([joinModel], { requestModels: { $default: "join" } })).toBeUndefined();
  const theirs = model(
    "join",
    { $schema: "https://json-schema.org/draft/2020-12/schema" },
    { enforcedBy: "function" },
  );
  expect(compile([theirs], byAction)).toBeUndefined();
  const mixed = { ...byAction, requestModels: { join: "join", other: "other" } };
  expect(checkBy([theirs, model("other", { type: "object" })], mixed, { action: "join" })).toBeUndefined();
});

test("a schema may come as text, and refer to the API's other models", () => {
  const url = "https://apigateway.amazonaws.com/restapis/a1b2c3/models/";
  const models = [
    model(
      "list",
      JSON.stringify({
        type: "object",
        properties: { items: { type: "array", items: { $ref: `${url}item` } } },
      }),
    ),
    model("item", {
      definitions: { id: { type: "integer" } },
      properties: { id: { $ref: "#/definitions/id" }, next: { $ref: `${url}item#` } },
    }),
  ];
  const route = { modelSelectionExpression: "list", requestModels: { list: "list" } };
  expect(checkBy(models, route, { items: [{ id: 1, next: { id: 2 } }] })).toBeUndefined();
  expect(checkBy(models, route, { items: [{ id: 1, next: { id: "x" } }] })).toContain("body/items/0/next/id");
});

describe("formats", () => {
  test.each([
    ["date-time", "2026-11-21T15:27:00.5+01:00", "2026-02-30T00:00:00Z"],
    ["email", "ann@example.com", "ann"],
    ["hostname", "a-b.example", "-a.example"],
    ["ipv4", "127.0.0.1", "127.0.0.256"],
    ["ipv6", "::1", "::g"],
    ["uri", "https://example.com/a?b", "not a uri"],
  ])("%s takes %j and not %j", (format, good, bad) => {
    const models = [model("m", { properties: { a: { type: "string", format } } })];
    const route = { modelSelectionExpression: "m", requestModels: { m: "m" } };
    expect(checkBy(models, route, { a: good })).toBeUndefined();
    expect(checkBy(models, route, { a: bad })).toContain(format);
  });
});

test.each<[string, unknown, string]>([
  ["no schema at all", 5, "not an object"],
  ["text that is not JSON", "{", "not JSON"],
  ["a type that does not exist", { type: "strung" }, "type"],
  ["another draft", { $schema: "http://json-schema.org/draft-07/schema#" }, "draft-07"],
  ["a reference that leads nowhere", { $ref: "#/definitions/x" }, "definitions"],
  [
    "a model that does not exist",
    { $ref: "https://apigateway.amazonaws.com/restapis/a/models/nobody" },
    "nobody",
  ],
  ["a pattern that is none", { type: "string", pattern: "[" }, "is no pattern"],
  ["one that nests without end", nested(100), "nests deeper"],
  ["one without end", { enum: Array.from({ length: 30_000 }, (_, index) => index) }, "more than"],
])("a schema that is %s is refused when it is deployed", (_what, schema, why) => {
  const problem = problemOf(() =>
    compile([model("bad", schema)], { modelSelectionExpression: "a", requestModels: { a: "bad" } }),
  );
  expect(problem).toMatch(/^MODEL_SCHEMA_INVALID: The schema of the request model "bad" cannot be used: /);
  expect(problem).toContain(why);
});

function nested(depth: number): object {
  return depth === 0 ? {} : { properties: { a: nested(depth - 1) } };
}
