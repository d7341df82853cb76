import {
  maxDepth,
  type ListNode,
  type MapEntry,
  type MapNode,
  type ScalarNode,
  type SourceNode,
  type SourceTree,
  type SyntaxFault,
} from "./source-tree.ts";

/**
 * Reads JSON to the letter (no comments, no commas at the end) and keeps where everything is. Keys that are there twice
 * are all reported; of what is no JSON, the first place is.
 */
export function readJson(text: string): SourceTree {
  const reader = new JsonReader(text);
  try {
    return { root: reader.readDocument(), faults: reader.faults };
  } catch (thrown) {
    if (!(thrown instanceof NotJson)) throw thrown;
    return { faults: [...reader.faults, { offset: thrown.offset, message: thrown.message }] };
  }
}

class NotJson extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

class JsonReader {
  readonly #text: string;
  #at = 0;
  readonly #space = /[ \t\n\r\ufeff]*/y;
  readonly #word = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.+-])|(?:true|false|null)\b/y;
  readonly #closing = /["\\\n\r]/g;
  readonly faults: SyntaxFault[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  readDocument(): SourceNode {
    const root = this.#value(1);
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#refuse("Something follows the end of the JSON");
    return root;
  }

  #value(depth: number): SourceNode {
    this.#skipSpace();
    if (depth > maxDepth) this.#refuse(`This is nested more than ${maxDepth} levels deep`);
    const next = this.#text[this.#at];
    if (next === "{") return this.#map(depth);
    if (next === "[") return this.#list(depth);
    return this.#scalar();
  }

  #map(depth: number): MapNode {
    const offset = this.#at;
    const entries = new Map<string, MapEntry>();
    this.#eachUntil("}", () => {
      this.#skipSpace();
      const keyOffset = this.#at;
      if (this.#text[keyOffset] !== '"') this.#refuse('Expected a key in double quotes, or "}"');
      const key = this.#string();
      this.#skipSpace();
      if (this.#text[this.#at] !== ":") this.#refuse(`Expected ":" after the key ${JSON.stringify(key)}`);
      this.#at += 1;
      const value = this.#value(depth + 1);
      if (entries.has(key)) this.faults.push({ offset: keyOffset, message: duplicateKey(key) });
      else entries.set(key, { keyOffset, value });
    });
    return { kind: "map", offset, entries };
  }

  #list(depth: number): ListNode {
    const offset = this.#at;
    const items: SourceNode[] = [];
    this.#eachUntil("]", () => items.push(this.#value(depth + 1)));
    return { kind: "list", offset, items };
  }

  #eachUntil(end: "}" | "]", readOne: () => void): void {
    this.#at += 1;
    this.#skipSpace();
    if (this.#take(end)) return;
    do {
      readOne();
      this.#skipSpace();
    } while (this.#take(","));
    if (!this.#take(end)) this.#refuse(`Expected "," or "${end}"`);
  }

  #scalar(): ScalarNode {
    const offset = this.#at;
    if (this.#text[offset] === '"') return { kind: "scalar", offset, value: this.#string() };
    this.#word.lastIndex = offset;
    const found = this.#word.exec(this.#text)?.[0];
    if (found === undefined) {
      this.#refuse(offset < this.#text.length ? "Expected a value" : "The JSON ends too early");
    }
    this.#at += found.length;
    return { kind: "scalar", offset, value: JSON.parse(found) as ScalarNode["value"] };
  }

  #string(): string {
    const start = this.#at;
    this.#at += 1;
    for (;;) {
      this.#closing.lastIndex = this.#at;
      const found = this.#closing.exec(this.#text);
      if (found === null || found[0] === "\n" || found[0] === "\r") {
        this.#at = start;
        this.#refuse("The text has no closing quote on its line");
      }
      this.#at = found.index + (found[0] === "\\" ? 2 : 1);
      if (found[0] === '"') break;
    }
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as string;
    } catch {
      this.#at = start;
      this.#refuse("The text holds a control character or an escape that JSON does not know");
    }
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    this.#space.lastIndex = this.#at;
    this.#space.test(this.#text);
    this.#at = this.#space.lastIndex;
  }

  #refuse(message: string): never {
    throw new NotJson(this.#at, message);
  }
}

export function duplicateKey(key: string): string {
  return `The key ${JSON.stringify(key)} is here a second time`;
}
