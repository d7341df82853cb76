import { s3Error } from "./s3-error.ts";

/** An element of a request's body. */
export interface XmlElement {
  /** Without a prefix of a namespace. */
  readonly name: string;
  /** Of the element itself, not of those in it. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const maximumDepth = 16;
/** More than any request of S3's takes: 10,000 parts with a checksum each. */
const maximumBytes = 4 * 1024 * 1024;

/**
 * Reads what S3's requests hold: elements, text, entities, CDATA. Attributes are left out; a document type, which could
 * name entities of its own, is refused. Throws `MalformedXML` or `MaxMessageLengthExceeded`.
 */
export function readXml(body: Uint8Array): XmlElement {
  if (body.byteLength > maximumBytes) throw s3Error("MaxMessageLengthExceeded");
  const open: OpenElement[] = [{ name: "", text: "", children: [] }];
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw s3Error("MalformedXML");
  }
  let end = 0;
  for (const match of text.matchAll(tokens)) {
    if (match.index !== end) throw s3Error("MalformedXML");
    end = match.index + match[0].length;
    take(open, match.groups ?? {});
  }
  const [document] = open;
  const [root] = document?.children ?? [];
  const isWhole = end === text.length && open.length === 1 && document?.children.length === 1;
  if (root === undefined || !isWhole || document?.text.trim() !== "") throw s3Error("MalformedXML");
  return root;
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

export function textOf(element: XmlElement, name: string): string | undefined {
  return childrenOf(element, name)[0]?.text;
}

interface OpenElement {
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

const tokens =
  /<\?[^]*?\?>|<!--[^]*?-->|<!\[CDATA\[(?<raw>[^]*?)\]\]>|<\/(?<closed>[\w.:-]+)\s*>|<(?<opened>[\w.:-]+)(?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(?<empty>\/?)>|(?<text>[^<]+)/g;

function take(open: OpenElement[], token: Readonly<Record<string, string | undefined>>): void {
  const inner = open.at(-1);
  if (inner === undefined) throw s3Error("MalformedXML");
  if (token.text !== undefined) inner.text += unescapeXml(token.text);
  else if (token.raw !== undefined) inner.text += token.raw;
  else if (token.opened !== undefined) {
    const element: OpenElement = { name: localName(token.opened), text: "", children: [] };
    inner.children.push(element);
    if (token.empty === "") open.push(element);
    if (open.length > maximumDepth) throw s3Error("MalformedXML");
  } else if (token.closed !== undefined) {
    if (open.length === 1 || inner.name !== localName(token.closed)) throw s3Error("MalformedXML");
    open.pop();
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  const [first = "", ...others] = text.replaceAll(/\r\n?/g, "\n").split("&");
  return first + others.map((part) => readEntity(part)).join("");
}

/** Of a text that follows `&`. */
function readEntity(part: string): string {
  const [entity = ""] = /^[^;&\s]*;?/.exec(part) ?? [];
  const name = entity.slice(0, -1);
  const number = /^#(?:x(?<hex>[0-9a-f]{1,6})|(?<decimal>\d{1,7}))$/i.exec(name)?.groups;
  const code = number?.hex === undefined ? Number(number?.decimal) : Number.parseInt(number.hex, 16);
  const rest = part.slice(entity.length);
  if (code <= 0x10ffff) return String.fromCodePoint(code) + rest;
  const character = Object.hasOwn(named, name) ? named[name] : undefined;
  if (character === undefined || !entity.endsWith(";")) throw s3Error("MalformedXML");
  return character + rest;
}
