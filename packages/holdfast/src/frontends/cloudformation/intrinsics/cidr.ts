import { isIPv4, isIPv6 } from "node:net";
import { fail, integerAt, listOfArguments, textAt, unresolved, type Intrinsic } from "./evaluation.ts";

/** `Fn::Cidr`: the first so many blocks, of 2 to the power of `cidrBits` addresses each, in a block. */
export const cidr: Intrinsic = (argument, path, evaluation) => {
  const form = "a block of addresses, a count and a number of bits";
  const args = listOfArguments(argument, path, evaluation, { least: 2, most: 3, form });
  if (args === unresolved) return unresolved;
  const block = textAt(args[0], [...path, 0], evaluation);
  const count = integerAt(args[1], [...path, 1], evaluation);
  // What CloudFormation takes without the third is not documented; linters let it be left out.
  const bits = args.length === 3 ? integerAt(args[2], [...path, 2], evaluation) : 8;
  if (block === unresolved || count === unresolved || bits === unresolved) return unresolved;
  const range = parseBlock(block);
  if (range === undefined) {
    return fail(evaluation, [...path, 0], `${JSON.stringify(block)} is no block such as 10.0.0.0/16`);
  }
  if (count < 1 || count > 256) return fail(evaluation, [...path, 1], "Fn::Cidr makes 1 to 256 blocks");
  const hostBits = BigInt(bits);
  if (hostBits < 1n || BigInt(count) << hostBits > 1n << range.hostBits) {
    return fail(evaluation, path, `${block} has no room for ${count} blocks of ${bits} bits`);
  }
  return Array.from({ length: count }, (_, index) => {
    const address = range.first + (BigInt(index) << hostBits);
    return `${range.write(address)}/${range.width - bits}`;
  });
};

interface Range {
  readonly first: bigint;
  readonly hostBits: bigint;
  readonly width: number;
  readonly write: (address: bigint) => string;
}

function parseBlock(block: string): Range | undefined {
  const [address = "", mask = "", ...more] = block.split("/");
  const width = isIPv4(address) ? 32 : isIPv6(address) && !address.includes(".") ? 128 : undefined;
  if (width === undefined || more.length > 0 || !/^\d{1,3}$/.test(mask) || Number(mask) > width) {
    return undefined;
  }
  const hostBits = BigInt(width - Number(mask));
  const value = width === 32 ? readIPv4(address) : readIPv6(address);
  const first = (value >> hostBits) << hostBits;
  return { first, hostBits, width, write: width === 32 ? writeIPv4 : writeIPv6 };
}

function readIPv4(address: string): bigint {
  return address.split(".").reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
}

function writeIPv4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => ((address >> shift) & 255n).toString()).join(".");
}

function readIPv6(address: string): bigint {
  const [head = "", tail] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after].reduce((sum, part) => (sum << 16n) + BigInt(`0x${part}`), 0n);
}

function writeIPv6(address: bigint): string {
  const parts = Array.from({ length: 8 }, (_, index) => (address >> BigInt(112 - index * 16)) & 0xffffn);
  // URL writes addresses in the shortest form.
  return new URL(`http://[${parts.map((part) => part.toString(16)).join(":")}]`).hostname.slice(1, -1);
}
