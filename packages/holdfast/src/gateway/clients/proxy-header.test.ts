import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseProxyHeader } from "./proxy-header.ts";

/** A header of version 2: command and version, family and protocol, and what follows. */
function binary(command: number, family: number, rest: Buffer): Buffer {
  const head = Buffer.from("\r\n\r\n\0\r\nQUIT\n\0\0\0\0");
  head[12] = command;
  head[13] = family;
  head.writeUInt16BE(rest.length, 14);
  return Buffer.concat([head, rest]);
}

const ports = Buffer.from([0x12, 0x67, 0x01, 0xbb]);
const ipv4 = Buffer.concat([Buffer.from([203, 0, 113, 7, 198, 51, 100, 1]), ports]);
const ipv6 = Buffer.concat([
  Buffer.from("20010db8000000000000000000000001", "hex"),
  Buffer.from("20010db8000000000000000000000002", "hex"),
  ports,
]);
const tlv = Buffer.concat([Buffer.from([0x02, 0, 5]), Buffer.from("host!")]);

describe("a PROXY header", () => {
  it.each([
    ["IPv4 as text", "PROXY TCP4 203.0.113.7 198.51.100.1 4711 443\r\n", "203.0.113.7"],
    ["IPv6 as text", "PROXY TCP6 2001:db8::1 2001:db8::2 4711 443\r\n", "2001:db8::1"],
    ["IPv4 in IPv6 as text", "PROXY TCP6 ::ffff:203.0.113.7 ::ffff:198.51.100.1 4711 443\r\n", "203.0.113.7"],
    ["IPv4", binary(0x21, 0x11, ipv4), "203.0.113.7"],
    ["IPv4 with more behind it", binary(0x21, 0x11, Buffer.concat([ipv4, tlv])), "203.0.113.7"],
    ["IPv6", binary(0x21, 0x21, ipv6), "2001:db8::1"],
    ["IPv6 with more behind it", binary(0x21, 0x21, Buffer.concat([ipv6, tlv, tlv])), "2001:db8::1"],
  ])("says who the client is: %s", (_, header, address) => {
    const bytes = Buffer.from(header as Uint8Array);
    const expected = { bytes: bytes.length, source: { address, port: 443 } };
    expect(parseProxyHeader(bytes)).toEqual(expected);
    expect(parseProxyHeader(Buffer.concat([bytes, Buffer.from("GET / HTTP/1.1\r\n")]))).toEqual(expected);
    for (let length = 0; length < bytes.length; length++)
      expect(parseProxyHeader(bytes.subarray(0, length))).toBe("incomplete");
  });

  it.each([
    ["a health check of the proxy's own", binary(0x20, 0x00, Buffer.alloc(0))],
    ["one with addresses that do not count", binary(0x20, 0x11, ipv4)],
    ["a kind of address that is not known", binary(0x21, 0x00, tlv)],
    ["a socket of the file system", binary(0x21, 0x31, Buffer.alloc(216))],
    ["an unknown client, as text", Buffer.from("PROXY UNKNOWN\r\n")],
    ["an unknown client with addresses, as text", Buffer.from("PROXY UNKNOWN ffff:: ffff:: 1 2\r\n")],
  ])("leaves the proxy itself as the client: %s", (_, header) => {
    expect(parseProxyHeader(header)).toEqual({ bytes: header.length });
  });

  it.each([
    ["a request", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
    ["TLS", Buffer.from([0x16, 3, 1])],
    ["a line without an end", Buffer.from(`PROXY TCP4 ${"1".repeat(200)}`)],
    ["an address that is none", Buffer.from("PROXY TCP4 203.0.113 198.51.100.1 1 2\r\n")],
    ["an address of the other family", Buffer.from("PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n")],
    ["a port that is none", Buffer.from("PROXY TCP4 203.0.113.7 198.51.100.1 1 65536\r\n")],
    ["a field too many", Buffer.from("PROXY TCP4 203.0.113.7 198.51.100.1 1 2 3\r\n")],
    ["another version", binary(0x31, 0x11, ipv4)],
    ["another command", binary(0x22, 0x11, ipv4)],
    ["less than its addresses need", binary(0x21, 0x11, ipv4.subarray(0, 11))],
    ["more than anybody sends", binary(0x21, 0x11, Buffer.alloc(5000))],
  ])("is none: %s", (_, bytes) => {
    expect(parseProxyHeader(bytes)).toBe("invalid");
  });

  it("is found to be none as soon as its length says so", () => {
    expect(parseProxyHeader(binary(0x21, 0x11, Buffer.alloc(5000)).subarray(0, 16))).toBe("invalid");
  });

  it("may be any bytes, and is read without a fault", () => {
    const starts = fc.constantFrom(
      "",
      "PROXY ",
      "PROXY TCP4 ",
      "\r\n\r\n\0\r\nQUIT\n",
      "\r\n\r\n\0\r\nQUIT\n!\x11\0",
    );
    fc.assert(
      fc.property(starts, fc.uint8Array({ maxLength: 300 }), (start, rest) => {
        const bytes = Buffer.concat([Buffer.from(start, "latin1"), rest]);
        const header = parseProxyHeader(bytes);
        if (typeof header === "string") return;
        expect(header.bytes).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
