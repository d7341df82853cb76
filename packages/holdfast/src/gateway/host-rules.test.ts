import { expect, it } from "vitest";
import { isAllowedHost } from "./host-rules.ts";

const rules = { names: new Set(["app.test"]) };

it.each(["localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1", "192.168.1.20", "app.test"])(
  "%s is this machine, whoever asks",
  (name) => {
    expect(isAllowedHost(name, false, rules)).toBe(true);
  },
);

it.each(["example.com", "www.app.test", "localhost.example.com", "127.0.0.1.nip.io", "amazonaws.com"])(
  "%s may lead here and is not answered, not even to this machine",
  (name) => {
    expect(isAllowedHost(name, true, rules)).toBe(false);
  },
);

it("answers to an API's name on AWS for everybody, and to AWS's other names on this machine only", () => {
  expect(isAllowedHost("a1.execute-api.us-east-1.amazonaws.com", false, rules)).toBe(true);
  expect(isAllowedHost("s3.us-east-1.amazonaws.com", true, rules)).toBe(true);
  expect(isAllowedHost("s3.us-east-1.amazonaws.com", false, rules)).toBe(false);
});
