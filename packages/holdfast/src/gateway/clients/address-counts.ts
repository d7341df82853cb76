import { limitedAs } from "./address.ts";

/** How much each address holds of something. Only those that hold any are kept. */
export class AddressCounts {
  readonly #limit: number;
  readonly #counts = new Map<string, number>();

  /** `Infinity` for no limit: then nothing is counted. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False when the address has all it may; else it is to be given back with `release`, once. */
  take(address: string): boolean {
    if (this.#limit === Number.POSITIVE_INFINITY) return true;
    const key = limitedAs(address);
    const count = this.#counts.get(key) ?? 0;
    if (count >= this.#limit) return false;
    this.#counts.set(key, count + 1);
    return true;
  }

  release(address: string): void {
    if (this.#limit === Number.POSITIVE_INFINITY) return;
    const key = limitedAs(address);
    const count = this.#counts.get(key) ?? 0;
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
  }

  /** How many addresses hold any. */
  get size(): number {
    return this.#counts.size;
  }
}
