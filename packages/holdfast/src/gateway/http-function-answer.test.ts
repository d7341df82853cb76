import { expect, test } from "vitest";
import { readHttpAnswer } from "./http-function-answer.ts";

const rest = { payload: "1.0", apiId: "a", stage: "prod" } as const;
const http = { payload: "2.0", apiId: "a", stage: "$default" } as const;

test("of HTTP APIs, what has no status code is the body itself, as JSON", () => {
  const answer = { statusCode: 200, headers: [["content-type", "application/json"]], isBase64Encoded: false };
  expect(readHttpAnswer({ hello: "world" }, http)).toEqual({ ...answer, body: '{"hello":"world"}' });
  expect(readHttpAnswer("hello", http)).toEqual({ ...answer, body: "hello" });
  expect(readHttpAnswer(undefined, http)).toEqual({ ...answer, body: "null" });
});

test("of HTTP APIs, cookies become headers", () => {
  const answer = { statusCode: 201, headers: { a: "b" }, cookies: ["x=1", "y=2"] };
  expect(readHttpAnswer(answer, http)?.headers).toEqual([
    ["a", "b"],
    ["set-cookie", "x=1"],
    ["set-cookie", "y=2"],
  ]);
});

test("of REST APIs, what stands in both kinds of headers is sent once, and JSON is the type unless said", () => {
  const answer = {
    statusCode: 200,
    headers: { A: "1", "X-One": "x" },
    multiValueHeaders: { a: ["1", "2", "2"] },
  };
  expect(readHttpAnswer(answer, rest)?.headers).toEqual([
    ["X-One", "x"],
    ["a", "1"],
    ["a", "2"],
    ["a", "2"],
    ["content-type", "application/json"],
  ]);
  expect(
    readHttpAnswer({ statusCode: 200, headers: { "Content-Type": "text/html" } }, rest)?.headers,
  ).toHaveLength(1);
});

test("of REST APIs and of Holdfast's own routes, an answer needs a status code", () => {
  for (const aws of [rest, undefined]) {
    expect(readHttpAnswer({ hello: "world" }, aws)).toBeUndefined();
    expect(readHttpAnswer("hello", aws)).toBeUndefined();
  }
});
