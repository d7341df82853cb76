import { describe, expect, it } from "vitest";
import { readForwarded } from "./forwarded.ts";
import { TrustedProxies } from "./trusted-proxies.ts";

const proxies = new TrustedProxies(["10.0.0.0/8", "192.0.2.1", "2001:db8:1::/48"]);
const read = (headers: Record<string, string>, peer = "10.0.0.1") =>
  readForwarded(headers, peer, (address) => proxies.has(address));

describe("networks that are trusted", () => {
  it.each([
    ["10.255.0.9", true],
    ["11.0.0.1", false],
    ["192.0.2.1", true],
    ["192.0.2.2", false],
    ["2001:db8:1:ffff::5", true],
    ["2001:db8:2::5", false],
    ["fe80::1%eth0", false],
    ["", false],
    ["localhost", false],
  ])("%s: %s", (address, isTrusted) => {
    expect(proxies.has(address)).toBe(isTrusted);
  });

  it("there are none unless they are named", () => {
    expect(new TrustedProxies([]).has("127.0.0.1")).toBe(false);
  });
});

describe("the client's address", () => {
  it.each([
    ["the one that the proxy saw", "203.0.113.7", "203.0.113.7", ""],
    ["not what the client claims", "1.1.1.1, 203.0.113.7", "203.0.113.7", "1.1.1.1"],
    ["behind several proxies", "1.1.1.1, 203.0.113.7, 10.1.1.1, 192.0.2.1", "203.0.113.7", "1.1.1.1"],
    ["the first where all are trusted", "10.3.3.3, 10.2.2.2", "10.3.3.3", ""],
    ["with a port", "203.0.113.7:4711", "203.0.113.7", ""],
    ["of IPv6", "2001:db8::1", "2001:db8::1", ""],
    ["of IPv6 in brackets", "[2001:db8::1]:4711", "2001:db8::1", ""],
    ["of IPv4 in IPv6", "::ffff:203.0.113.7", "203.0.113.7", ""],
    ["with spaces and empty fields", " , 203.0.113.7 ,", "203.0.113.7", ""],
    ["the last proxy's where it tells of none", "1.1.1.1, unknown", "10.0.0.1", "1.1.1.1, unknown"],
    ["the last proxy's where it tells of nothing", "", "10.0.0.1", ""],
  ])("is %s", (_, header, address, claimed) => {
    expect(read({ "x-forwarded-for": header })).toMatchObject({ address, claimed });
  });
});

describe("what was asked for", () => {
  it.each([
    [{ "x-forwarded-proto": "https" }, { secure: true, port: 443 }],
    [{ "x-forwarded-proto": "WSS" }, { secure: true }],
    [{ "x-forwarded-proto": "http" }, { secure: false, port: 80 }],
    [{ "x-forwarded-proto": "https, http" }, { secure: false }],
    [{ "x-forwarded-host": "chat.example.com" }, { host: "chat.example.com" }],
    [{ "x-forwarded-host": "evil.example, chat.example.com" }, { host: "chat.example.com" }],
    [{ "x-forwarded-host": "chat.example.com:8443" }, { host: "chat.example.com:8443", port: 8443 }],
    [
      { "x-forwarded-host": "chat.example.com", "x-forwarded-proto": "https", "x-forwarded-port": "8443" },
      { host: "chat.example.com:8443", port: 8443 },
    ],
    [
      { "x-forwarded-host": "chat.example.com", "x-forwarded-proto": "https", "x-forwarded-port": "443" },
      { host: "chat.example.com", port: 443 },
    ],
    [{ "x-forwarded-host": "[2001:db8::1]:8443" }, { host: "[2001:db8::1]:8443", port: 8443 }],
    [{ host: "chat.example.com:8080", "x-forwarded-proto": "http" }, { port: 8080 }],
  ])("%j: %j", (headers, expected) => {
    expect(read(headers)).toMatchObject(expected);
  });

  it.each([
    { "x-forwarded-proto": "gopher" },
    { "x-forwarded-port": "0" },
    { "x-forwarded-port": "65536" },
    { "x-forwarded-port": "eight" },
    { "x-forwarded-host": "a b" },
    { "x-forwarded-host": "chat.example.com/path" },
    { "x-forwarded-host": "a\u0000b" },
  ])("is not told by %j", (headers) => {
    expect(read(headers)).toEqual({ address: "10.0.0.1", claimed: "" });
  });
});
