import { BlockList, isIP } from "node:net";

/** Proxies whose word about their clients is taken. */
export class TrustedProxies {
  readonly #list = new BlockList();
  readonly #isEmpty: boolean;

  /** Addresses and networks, such as `10.0.0.0/8`. Throws for what is neither. */
  constructor(networks: readonly string[]) {
    this.#isEmpty = networks.length === 0;
    for (const network of networks) {
      const [address = "", bits] = network.split("/");
      const family = isIP(address) === 6 ? "ipv6" : "ipv4";
      if (bits === undefined) this.#list.addAddress(address, family);
      else this.#list.addSubnet(address, Number(bits), family);
    }
  }

  has(address: string): boolean {
    if (this.#isEmpty) return false;
    const bare = address.split("%", 1)[0] ?? "";
    const family = isIP(bare);
    return family !== 0 && this.#list.check(bare, family === 6 ? "ipv6" : "ipv4");
  }
}
