import { isRecord } from "../base/is-record.ts";
import { setOwn, type AttributeValue, type Item } from "./attribute-value.ts";
import { compareNumbers, normaliseNumber } from "./decimal.ts";
import { compareBytes } from "./key-order.ts";
import { maximumNestingLevels } from "./table-limits.ts";
import { requestInvalid } from "./table-request-error.ts";
import { bytesAsText } from "./value-comparison.ts";

/**
 * A copy in the form in which tables keep items: numbers as DynamoDB writes them, sets in one order, nothing shared
 * with what the caller holds. Throws `TABLE_REQUEST_INVALID` on what DynamoDB refuses: values without exactly one
 * type, malformed numbers, sets that are empty or hold a member twice, empty names, more than 32 levels; and on text
 * that UTF-8 cannot hold (a lone surrogate).
 */
export function normaliseItem(item: Item): Item {
  if (!isRecord(item)) throw requestInvalid("An item is an object of attributes");
  return normaliseAttributes(item, 0);
}

/** Throws as `normaliseItem` does. `level` counts the lists and maps around the value. */
export function normaliseValue(value: AttributeValue, level = 0): AttributeValue {
  const type = onlyKey(value);
  const normalise = Object.hasOwn(normalisers, type)
    ? normalisers[type as keyof typeof normalisers]
    : undefined;
  if (normalise === undefined) throw requestInvalid(`There is no attribute type ${JSON.stringify(type)}`);
  return normalise((value as Readonly<Record<string, unknown>>)[type], level);
}

const normalisers = {
  S: (text: unknown): AttributeValue => ({ S: checkText(text, "S") }),
  N: (text: unknown): AttributeValue => ({ N: normaliseNumber(text as string) }),
  B: (bytes: unknown): AttributeValue => ({ B: copyBytes(bytes) }),
  BOOL: (flag: unknown): AttributeValue => {
    if (typeof flag !== "boolean") throw requestInvalid("BOOL holds true or false");
    return { BOOL: flag };
  },
  NULL: (flag: unknown): AttributeValue => {
    if (flag !== true) throw requestInvalid("NULL holds true");
    return { NULL: true };
  },
  SS: (members: unknown): AttributeValue => {
    const texts = checkSet(members, "SS").map((member) => checkText(member, "SS"));
    return { SS: checkDistinct(texts, texts).toSorted() };
  },
  NS: (members: unknown): AttributeValue => {
    const numbers = checkSet(members, "NS").map((member) => normaliseNumber(member as string));
    return { NS: checkDistinct(numbers, numbers).toSorted(compareNumbers) };
  },
  BS: (members: unknown): AttributeValue => {
    const blobs = checkSet(members, "BS").map(copyBytes);
    return { BS: checkDistinct(blobs, blobs.map(bytesAsText)).toSorted(compareBytes) };
  },
  L: (elements: unknown, level: number): AttributeValue => {
    if (!Array.isArray(elements)) throw requestInvalid("L holds an array of values");
    const inside = checkLevel(level + 1);
    return { L: elements.map((element) => normaliseValue(element as AttributeValue, inside)) };
  },
  M: (attributes: unknown, level: number): AttributeValue => {
    if (!isRecord(attributes)) throw requestInvalid("M holds an object of attributes");
    return { M: normaliseAttributes(attributes, checkLevel(level + 1)) };
  },
};

function normaliseAttributes(attributes: Readonly<Record<string, unknown>>, level: number): Item {
  const copy: Record<string, AttributeValue> = {};
  for (const name of Object.keys(attributes)) {
    if (name === "") throw requestInvalid("An attribute's name is empty");
    const value = normaliseValue(attributes[checkText(name, "A name")] as AttributeValue, level);
    setOwn(copy, name, value);
  }
  return copy;
}

function onlyKey(value: unknown): string {
  const [type, ...others] = isRecord(value) ? Object.keys(value) : [];
  if (type === undefined || others.length > 0) {
    throw requestInvalid('A value has exactly one type, as { S: "text" } has');
  }
  return type;
}

function checkText(text: unknown, where: string): string {
  if (typeof text !== "string") throw requestInvalid(`${where} holds text`);
  if (!text.isWellFormed()) throw requestInvalid(`${where} holds text that UTF-8 cannot: a lone surrogate`);
  return text;
}

function copyBytes(bytes: unknown): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw requestInvalid("Binary is a Uint8Array");
  return new Uint8Array(bytes);
}

function checkSet(members: unknown, type: string): readonly unknown[] {
  if (!Array.isArray(members)) throw requestInvalid(`${type} holds an array`);
  if (members.length === 0) throw requestInvalid("A set is empty", "Leave the attribute out instead.");
  return members;
}

function checkDistinct<Member>(members: readonly Member[], asText: readonly string[]): readonly Member[] {
  if (new Set(asText).size < asText.length) throw requestInvalid("A set holds a member twice");
  return members;
}

function checkLevel(level: number): number {
  if (level > maximumNestingLevels) {
    throw requestInvalid(`Lists and maps stand more than ${maximumNestingLevels} levels deep`);
  }
  return level;
}
