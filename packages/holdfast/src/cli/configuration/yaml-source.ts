import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from "yaml";
import type { Findings } from "./findings.ts";
import type { Given, GivenEntry, Where } from "./given.ts";

export interface YamlSource {
  readonly text: string;
  /** Absolute; absent for text that is in no file, all of whose places are `where`. */
  readonly file?: string;
  readonly where: Where;
  readonly findings: Findings;
}

/**
 * Reads one YAML document, and with it JSON. Scalars stay as they were written, so that a version `1.10` is no number.
 * Undefined where it cannot be read, which is then among the findings.
 */
export function readYaml(source: YamlSource): Given | undefined {
  const lineCounter = new LineCounter();
  const document = parseDocument(source.text, {
    schema: "failsafe",
    prettyErrors: false,
    logLevel: "error",
    lineCounter,
  });
  const reader = new YamlReader(source, lineCounter);
  for (const { code, message, pos } of document.errors) {
    const isTwice = code === "DUPLICATE_KEY";
    reader.report(
      reader.whereOf("", pos[0]),
      isTwice ? "This name is there twice" : `This is not YAML: ${withoutExcerpt(message)}`,
    );
  }
  return document.errors.length > 0 ? undefined : reader.read(document.contents, "");
}

/** Some messages end with the text they are about, which may be a secret. */
function withoutExcerpt(message: string): string {
  return message.replace(/: ".*$/s, "");
}

class YamlReader {
  readonly #source: YamlSource;
  readonly #lines: LineCounter;

  constructor(source: YamlSource, lines: LineCounter) {
    this.#source = source;
    this.#lines = lines;
  }

  read(node: unknown, path: string): Given {
    const where = this.whereOf(path, offsetOf(node));
    if (isAlias(node) || hasTag(node))
      this.report(where, "Aliases and tags of YAML are not read here", "Write the value itself.");
    if (isMap(node)) return { kind: "map", entries: this.#readEntries(node, path), where };
    if (isSeq(node)) return { kind: "list", items: node.items.map((item) => this.read(item, path)), where };
    if (!isScalar(node) || typeof node.value !== "string") return { kind: "nothing", where };
    const isNothing = node.type === "PLAIN" && ["", "~", "null"].includes(node.value);
    return isNothing ? { kind: "nothing", where } : { kind: "text", text: node.value, where };
  }

  whereOf(path: string, offset: number): Where {
    const { file, where } = this.#source;
    if (file === undefined) return where;
    const { line, col } = this.#lines.linePos(offset);
    const position = offset < 0 || line === 0 ? {} : { line, column: col };
    return { ...where, name: path, place: { file, ...position } };
  }

  #readEntries(map: YAMLMap, path: string): GivenEntry[] {
    return map.items.flatMap(({ key, value }): GivenEntry[] => {
      const keyOffset = offsetOf(key);
      if (!isScalar(key) || typeof key.value !== "string") {
        this.report(this.whereOf(path, keyOffset), "A name is text, not a list, a map or an alias");
        return [];
      }
      const entryPath = path === "" ? key.value : `${path}.${key.value}`;
      const where = this.whereOf(entryPath, keyOffset);
      // A key with nothing behind it has no place of its own.
      const read = value === null ? ({ kind: "nothing", where } as const) : this.read(value, entryPath);
      return [{ name: key.value, where, value: read }];
    });
  }

  report(where: Where, message: string, hint?: string): void {
    const { file, findings } = this.#source;
    findings.error(where, file === undefined ? `${where.name}: ${message}` : message, hint);
  }
}

function offsetOf(node: unknown): number {
  const isNode = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
  return (isNode ? node.range?.[0] : undefined) ?? -1;
}

function hasTag(node: unknown): boolean {
  return (isScalar(node) || isMap(node) || isSeq(node)) && node.tag !== undefined;
}
