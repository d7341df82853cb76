/** IPv4 without the prefix that an IPv6 socket gives it. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

/**
 * Whom limits per address count as one: an IPv4 address, or an IPv6 network of 64 bits, of which anybody has all
 * addresses.
 */
export function limitedAs(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = (address.split("%", 1)[0] ?? "").split("::");
  const first = groupsOf(head);
  const last = groupsOf(tail ?? "");
  // An IPv4 address at the end is two groups.
  const missing = 8 - first.length - last.length - (tail?.includes(".") === true ? 1 : 0);
  const groups = [...first, ...Array<string>(Math.max(0, missing)).fill("0"), ...last];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

function groupsOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(":");
}
