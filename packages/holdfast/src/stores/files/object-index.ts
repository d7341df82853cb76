import type { ObjectFacts, ObjectPage } from "../../ports/bucket-store.ts";
import type { CheckedListRequest } from "../bucket-request-check.ts";
import { compareUtf8 } from "../text-order.ts";

/** What is known of a bucket's objects, by key and in the order of the keys' UTF-8 bytes. About 300 bytes an object, and its key. */
export class ObjectIndex {
  readonly #facts: Map<string, ObjectFacts>;
  readonly #keys: string[];

  constructor(facts: readonly ObjectFacts[] = []) {
    this.#facts = new Map(facts.map((one) => [one.key, one]));
    this.#keys = [...this.#facts.keys()].toSorted(compareUtf8);
  }

  get size(): number {
    return this.#facts.size;
  }

  get(key: string): ObjectFacts | undefined {
    return this.#facts.get(key);
  }

  set(facts: ObjectFacts): void {
    if (!this.#facts.has(facts.key)) this.#keys.splice(this.#placeOf(facts.key), 0, facts.key);
    this.#facts.set(facts.key, facts);
  }

  delete(key: string): boolean {
    const wasThere = this.#facts.delete(key);
    if (wasThere) this.#keys.splice(this.#placeOf(key), 1);
    return wasThere;
  }

  list({ prefix, after, limit }: CheckedListRequest): ObjectPage {
    // Keys that begin with the prefix follow it directly, and it is the least of them.
    const start = compareUtf8(after, prefix) < 0 ? this.#placeOf(prefix) : this.#placeAfter(after);
    const objects: ObjectFacts[] = [];
    for (let at = start; at < this.#keys.length; at += 1) {
      const key = this.#keys[at];
      const facts = key?.startsWith(prefix) === true ? this.#facts.get(key) : undefined;
      if (facts === undefined) break;
      const last = objects.at(-1);
      if (objects.length === limit && last !== undefined) return { objects, next: last.key };
      objects.push(facts);
    }
    return { objects };
  }

  #placeAfter(key: string): number {
    return this.#placeOf(key) + (this.#facts.has(key) ? 1 : 0);
  }

  /** How many keys come before it. */
  #placeOf(key: string): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (compareUtf8(this.#keys[middle] ?? "", key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
