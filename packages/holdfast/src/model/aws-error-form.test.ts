import { expect, it } from "vitest";
import { awsErrorForm } from "./aws-error-form.ts";
import { escapeXml } from "./xml-text.ts";

const error = { code: "NotHere", message: 'a < "b"', requestId: "id" };

it.each<[string, Parameters<typeof awsErrorForm>[0], string, RegExp]>([
  [
    "JSON with a target",
    { service: "events", headers: { "x-amz-target": "AWSEvents.PutEvents" }, target: "/" },
    "application/x-amz-json-1.0",
    /^\{"__type":"NotHere","message":"a < \\"b\\""\}$/,
  ],
  ["REST and JSON", { service: "lambda", headers: {}, target: "/x" }, "application/json", /"NotHere"/],
  [
    "a query in a form",
    {
      service: "sns",
      headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      target: "/",
    },
    "text/xml",
    /<ErrorResponse><Error><Type>Sender<\/Type><Code>NotHere<\/Code><Message>a &lt; &quot;b&quot;</,
  ],
  [
    "a query in the URL",
    { service: "sts", headers: {}, target: "/?Action=X" },
    "text/xml",
    /<ErrorResponse>/,
  ],
  ["S3", { service: "s3", headers: {}, target: "/key" }, "text/xml", /\n<Error><Code>NotHere</],
])("words an error for %s", (_what, asked, type, body) => {
  const answer = awsErrorForm(asked, error);
  expect(answer.headers["content-type"]).toBe(type);
  expect(answer.body).toMatch(body);
});

it("escapes what XML takes for its own, and replaces what it cannot hold", () => {
  expect(escapeXml("a&b\r\n\u0001\uD800")).toBe("a&amp;b&#xD;\n\uFFFD\uFFFD");
});
