import { expect, test } from "vitest";
import { fillUri } from "./http-uri.ts";

const values = {
  stageVariables: { host: "example.com", version: "v 2" },
  path: { id: "a/b?c", up: "..", empty: "" },
  query: [
    ["q", "1 & 2"],
    ["q", "3"],
  ] as const,
};

test.each([
  ["https://example.com/x", "https://example.com/x?q=1+%26+2&q=3"],
  [
    "http://${stageVariables.host}:8080/${stageVariables.version}?a=b",
    "http://example.com:8080/v%202?a=b&q=1+%26+2&q=3",
  ],
  ["http://h/{id}/{empty}/{nobody}", "http://h/a%2Fb%3Fc//?q=1+%26+2&q=3"],
  ["http://h/a/{up}/b", "http://h/a//b?q=1+%26+2&q=3"],
  ["http://h/{constructor}", "http://h/?q=1+%26+2&q=3"],
])("%s becomes %s", (uri, url) => {
  expect(fillUri(uri, values)?.href).toBe(url);
});

test.each(["file:///etc/passwd", "${stageVariables.nobody}", "/path", "http://"])(
  "%s is no URL to ask",
  (uri) => {
    expect(fillUri(uri, values)).toBeUndefined();
  },
);
