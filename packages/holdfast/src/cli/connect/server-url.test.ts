import { describe, expect, it } from "vitest";
import { displayUrl, readServerUrl } from "./server-url.ts";

describe("readServerUrl", () => {
  it.each([
    ["ws://localhost:3333/dev", "ws://localhost:3333/dev"],
    ["wss://example.com/dev?token=a%20b", "wss://example.com/dev?token=a%20b"],
    ["localhost:3333/dev", "ws://localhost:3333/dev"],
    ["127.0.0.1:3333", "ws://127.0.0.1:3333/"],
    ["[::1]:3333/dev", "ws://[::1]:3333/dev"],
    ["example.com", "ws://example.com/"],
    [":3333/dev", "ws://localhost:3333/dev"],
    ["http://localhost:3333/dev", "ws://localhost:3333/dev"],
    ["HTTPS://example.com/dev", "wss://example.com/dev"],
    ["ws://example.com/dev#here", "ws://example.com/dev"],
  ])("reads %s", (given, url) => {
    expect(readServerUrl(given).href).toBe(url);
  });

  it.each([
    "",
    "ftp://example.com",
    "ws://",
    "http://",
    "ws://exa mple",
    "localhost:99999",
    "file:///etc/passwd",
  ])("refuses %j", (given) => {
    expect(() => readServerUrl(given)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });
});

describe("displayUrl", () => {
  it("hides user and password", () => {
    expect(displayUrl(new URL("wss://ann:secret@example.com/dev"))).toBe("wss://example.com/dev");
  });
});
