import { expect, it } from "vitest";
import { OriginRules } from "./origin-rules.ts";

const rules = new OriginRules(["https://example.com", "https://*.Example.com", "http://*.test:8080", "null"]);

it.each([
  [undefined, true],
  ["https://example.com", true],
  ["HTTPS://EXAMPLE.COM", true],
  ["https://chat.example.com", true],
  ["https://a.b.example.com", true],
  ["http://chat.test:8080", true],
  ["null", true],
  ["http://example.com", false],
  ["https://example.com:8443", false],
  ["https://chat.example.com:8443", false],
  ["https://notexample.com", false],
  ["https://.example.com", false],
  ["https://example.com.evil.test", false],
  ["https://evil.test/.example.com", false],
  ["https://evil.test:1@a.example.com", false],
  ["https://evil.test#.example.com", false],
  ["https://example.com, https://example.com", false],
  ["http://chat.test", false],
  ["", false],
])("a page of %s may connect: %s", (origin, isAllowed) => {
  expect(rules.allows(origin)).toBe(isAllowed);
});

it("where no origin is listed every page may", () => {
  expect(new OriginRules([]).allows("https://evil.test")).toBe(true);
});
