import { HoldfastError } from "../../base/errors.ts";

/** How deep blocks and expressions may nest; deeper ones would exhaust the stack. */
const maximumDepth = 64;

/** A place in a template's text that only moves on. */
export class TemplateCursor {
  readonly text: string;
  at: number;

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  startsWith(prefix: string): boolean {
    return this.text.startsWith(prefix, this.at);
  }

  /** Moves over `token` if it comes next. */
  take(token: string): boolean {
    if (!this.startsWith(token)) return false;
    this.at += token.length;
    return true;
  }

  /** Moves over what the sticky pattern matches here; undefined, and nothing moved, when it does not. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    const found = this.peek(pattern);
    if (found !== undefined) this.at += found[0].length;
    return found;
  }

  peek(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text) ?? undefined;
  }

  skipBlanks(): void {
    while (!this.done && " \t\r\n".includes(this.text.charAt(this.at))) this.at += 1;
  }

  expect(token: string, what: string): void {
    this.skipBlanks();
    if (!this.take(token)) throw this.fail(`"${token}" is missing ${what}`);
  }

  checkDepth(depth: number): void {
    if (depth >= maximumDepth) throw this.fail(`it nests deeper than ${maximumDepth} levels`);
  }

  fail(why: string, at = this.at): HoldfastError {
    const place = placeOf(this.text, at);
    return new HoldfastError(
      "MAPPING_TEMPLATE_INVALID",
      `The mapping template cannot be read at ${place}: ${why}`,
    );
  }
}

/** For messages: lines and columns count from 1. */
export function placeOf(text: string, at: number): string {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  return `line ${line}, column ${at - before.lastIndexOf("\n")}`;
}
