import { describe, expect, it } from "vitest";
import { bytes, duration, flag, number, oneOf, wholeNumber, type ScalarKind } from "./kinds.ts";
import * as special from "./special-kinds.ts";

const read = (kind: ScalarKind<unknown>, text: string): unknown => kind.parse(text, "/etc/app");

describe("a duration", () => {
  const kind = duration(10, 3_600_000);
  it.each([
    ["1500", 1500],
    ["500ms", 500],
    ["30s", 30_000],
    ["1.5 s", 1500],
    ["10m", 600_000],
    ["1H", 3_600_000],
  ])("%s", (text, value) => expect(read(kind, text)).toBe(value));

  it.each(["", "9", "2h", "s", "1 day", "-1", "0.0001s", "1e3", "1s1s"])("is not %j", (text) =>
    expect(read(kind, text)).toBeUndefined(),
  );

  it.each([
    [0, "0"],
    [500, "500ms"],
    [1500, "1500ms"],
    [90_000, "90s"],
    [3_600_000, "1h"],
  ])("of %i ms is written as %s", (value, text) => expect(kind.write?.(value)).toBe(text));
});

describe("a size", () => {
  const kind = bytes(1, 1024 ** 3);
  it.each([
    ["17", 17],
    ["64KB", 65_536],
    ["64 kb", 65_536],
    ["64KiB", 65_536],
    ["1.5MB", 1_572_864],
    ["1GB", 1_073_741_824],
    ["5B", 5],
  ])("%s", (text, value) => expect(read(kind, text)).toBe(value));

  it.each(["0", "2GB", "1k", "0.3B", "KB", "1iB"])("is not %j", (text) =>
    expect(read(kind, text)).toBeUndefined(),
  );
});

it.each<[string, ScalarKind<unknown>, string, unknown]>([
  ["a whole number", wholeNumber(0, 65_535), "8080", 8080],
  ["a number", number(0), "0.25", 0.25],
  ["a number", number(0), "1e-7", 1e-7],
  ["a flag", flag, "Yes", true],
  ["a flag", flag, "0", false],
  ["a word", oneOf("one", "two"), "two", "two"],
  ["a relative path", special.filePath, "tls/key.pem", "/etc/app/tls/key.pem"],
  ["an absolute path", special.filePath, "/run/key.pem", "/run/key.pem"],
  ["an address", special.listenAddress, "[::1]", "::1"],
  ["a name of the machine", special.listenAddress, "localhost", "localhost"],
  ["a URL", special.httpUrl, "https://chat.example.com:8443/a", "https://chat.example.com:8443/a"],
  ["an origin", special.origin, "https://*.example.com", "https://*.example.com"],
  ["an origin of an extension", special.origin, "chrome-extension://abcdef", "chrome-extension://abcdef"],
  ["a network", special.network, "10.0.0.0/8", "10.0.0.0/8"],
  ["a network of IPv6", special.network, "fd00::/8", "fd00::/8"],
  ["an address of a proxy", special.network, "::ffff:10.0.0.1", "::ffff:10.0.0.1"],
  ["a close code", special.closeCode, "1012", 1012],
  ["a close code of one's own", special.closeCode, "4999", 4999],
  ["no reason", special.closeReason, "", ""],
  ["a quantity", special.quantity, "0.5", "0.5"],
  ["a quantity", special.quantity, "256Mi", "256Mi"],
  ["a registry", special.registry, "localhost:5000/team/a", "localhost:5000/team/a"],
])("%s: %s %s is %j", (_name, kind, text, value) => {
  expect(read(kind, text)).toEqual(value);
});

it.each<[string, ScalarKind<unknown>, string]>([
  ["a whole number", wholeNumber(0, 65_535), "65536"],
  ["a whole number", wholeNumber(0), "1.5"],
  ["a whole number", wholeNumber(0), "0x10"],
  ["a number", number(0), "-1"],
  ["a number", number(0), "Infinity"],
  ["a flag", flag, "maybe"],
  ["a word", oneOf("one", "two"), "One"],
  ["a path", special.filePath, ""],
  ["an address", special.listenAddress, "a b"],
  ["a URL", special.httpUrl, "ws://example.com"],
  ["a URL", special.httpUrl, "https://user:word@example.com"],
  ["a URL", special.httpUrl, "https:///"],
  ["an origin", special.origin, "https://example.com/"],
  ["an origin", special.origin, "example.com"],
  ["an origin", special.origin, "https://a.*.example.com"],
  ["a network", special.network, "10.0.0.0/33"],
  ["a network", special.network, "fe80::1%eth0"],
  ["a network", special.network, "example.com"],
  ["a close code", special.closeCode, "1005"],
  ["a close code", special.closeCode, "1010"],
  ["a close code", special.closeCode, "5000"],
  ["a reason", special.closeReason, "é".repeat(62)],
  ["a stage", special.stage, "$default"],
  ["a header's value", special.headerValue, "a\r\nb: c"],
  ["an access log format", special.accessLogFormat, "$contxt.requestId"],
  ["a component", special.component, "gatway"],
  ["a quantity", special.quantity, "1 GB"],
  ["a quantity", special.quantity, "0"],
  ["an object's name", special.objectName, "Chat"],
  ["a Service's name", special.serviceName, "1chat"],
  ["a path of URLs", special.urlPath, "chat"],
])("%s: %s %j is not allowed", (_name, kind, text) => {
  expect(read(kind, text)).toBeUndefined();
});
