import { BlockList, isIP } from "node:net";

/** A name that a certificate is for. */
export type SubjectName =
  | { readonly kind: "dns"; readonly name: string }
  | { readonly kind: "address"; readonly bytes: Uint8Array };

/** Undefined for what is neither a host name nor an IP address. `*` stands in no name here. */
export function readSubjectName(text: string): SubjectName | undefined {
  if (isIP(text) !== 0) return { kind: "address", bytes: addressBytes(text) };
  const isName = text.length <= 253 && text.split(".").every((label) => labelPattern.test(label));
  return isName ? { kind: "dns", name: text.toLowerCase() } : undefined;
}

/** Underscores are no part of a host name's grammar, and are met in names of buckets all the same. */
const labelPattern = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/** The domains that the local authority may vouch for: a stolen key is of no use against any other. */
export const permittedDomains: readonly string[] = [
  "localhost",
  "amazonaws.com",
  "amazonaws.com.cn",
  // For private use: RFC 2606 and RFC 6762, home routers' names, and ICANN's reservation of 2024.
  "test",
  "local",
  "lan",
  "home.arpa",
  "internal",
];

/** The networks that no certificate of a public authority is about: loopback, private and link-local ones. */
export const permittedNetworks: readonly (readonly [network: string, prefix: number])[] = [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["::1", 128],
  ["fc00::", 7],
  ["fe80::", 10],
];

/** Whether the local authority may vouch for a host name or an IP address. */
export function isPermitted(text: string): boolean {
  const family = isIP(text);
  if (family !== 0) return permittedAddresses.check(text, family === 4 ? "ipv4" : "ipv6");
  const name = readSubjectName(text);
  if (name?.kind !== "dns") return false;
  return permittedDomains.some((domain) => name.name === domain || name.name.endsWith(`.${domain}`));
}

const permittedAddresses = new BlockList();
for (const [network, prefix] of permittedNetworks)
  permittedAddresses.addSubnet(network, prefix, isIP(network) === 4 ? "ipv4" : "ipv6");

/** Four or sixteen bytes. The text is an IP address. */
export function addressBytes(text: string): Uint8Array {
  if (isIP(text) === 4) return Uint8Array.from(text.split("."), Number);
  // The parser of URLs turns an IPv4 tail into groups and leaves at most one gap.
  const [head = "", tail] = new URL(`http://[${text.replace(/%.*$/, "")}]`).hostname.slice(1, -1).split("::");
  const groups = (part = ""): number[] =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const before = groups(head);
  const after = groups(tail);
  const gap = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return Uint8Array.from([...before, ...gap, ...after].flatMap((group) => [group >> 8, group & 0xff]));
}

/** The network's mask, as long as its address. */
export function networkMask(length: number, prefix: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => {
    const bits = Math.max(0, Math.min(8, prefix - index * 8));
    return 0xff & (0xff << (8 - bits));
  });
}
