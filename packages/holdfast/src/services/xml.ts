import { escapeXml } from "../model/xml-text.ts";

/** What becomes of a value in an XML answer. What is undefined is left out. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlValue[]
  | FlatList
  | { readonly [name: string]: XmlValue };

/** A list whose elements have the list's own name, with nothing around them. Other lists have a `member` each. */
export class FlatList {
  readonly items: readonly XmlValue[];

  constructor(items: readonly XmlValue[]) {
    this.items = items;
  }
}

/** An element with everything in it, laid out as AWS lays it out: two spaces a level. Ends with a line feed. */
export function xmlElement(name: string, value: XmlValue, options: XmlOptions = {}): string {
  const { namespace, indent = "" } = options;
  const start = namespace === undefined ? name : `${name} xmlns="${escapeXml(namespace)}"`;
  if (value === undefined) return "";
  if (value instanceof FlatList) return value.items.map((item) => xmlElement(name, item, options)).join("");
  if (typeof value !== "object") {
    const text = escapeXml(String(value));
    return text === "" ? `${indent}<${start}/>\n` : `${indent}<${start}>${text}</${name}>\n`;
  }
  const inner = { indent: `${indent}  ` };
  const children = Array.isArray(value)
    ? value.map((item: XmlValue) => xmlElement("member", item, inner))
    : Object.entries(value).map(([child, item]: [string, XmlValue]) => xmlElement(child, item, inner));
  const content = children.join("");
  return content === "" ? `${indent}<${start}/>\n` : `${indent}<${start}>\n${content}${indent}</${name}>\n`;
}

export interface XmlOptions {
  readonly namespace?: string;
  readonly indent?: string;
}
