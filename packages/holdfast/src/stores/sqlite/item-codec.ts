import { setOwn, type AttributeValue, type Item } from "../../model/attribute-value.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";

/**
 * The form in which items cross to the store's thread and lie in the database: this byte, then the attributes. Text is
 * UTF-8, numbers are their decimal text, binary is itself. A change of the form takes a new byte.
 */
const form = 1;

const expectedItemBytes = 256;

const tags = { S: 1, N: 2, B: 3, true: 4, false: 5, NULL: 6, SS: 7, NS: 8, BS: 9, L: 10, M: 11 } as const;

/** The item must be in normal form (`normaliseItem`). */
export function writeItem(writer: ByteWriter, item: Item): void {
  writer.writeByte(form);
  writeAttributes(writer, item);
}

export function encodeItem(item: Item): Uint8Array {
  const writer = new ByteWriter(expectedItemBytes);
  writeItem(writer, item);
  return writer.take();
}

/** Throws `RangeError` when the bytes are not an item's. */
export function decodeItem(bytes: Uint8Array): Item {
  const reader = new ByteReader(bytes);
  const found = reader.readByte();
  if (found !== form) throw new RangeError(`An item is stored in the unknown form ${found}`);
  return readAttributes(reader);
}

function writeAttributes(writer: ByteWriter, attributes: Item): void {
  const names = Object.keys(attributes);
  writer.writeCount(names.length);
  for (const name of names) {
    writer.writeText(name);
    writeValue(writer, attributes[name] as AttributeValue);
  }
}

function writeValue(writer: ByteWriter, value: AttributeValue): void {
  if ("S" in value) {
    writer.writeByte(tags.S);
    writer.writeText(value.S);
  } else if ("N" in value) {
    writer.writeByte(tags.N);
    writer.writeText(value.N);
  } else if ("M" in value) {
    writer.writeByte(tags.M);
    writeAttributes(writer, value.M);
  } else if ("L" in value) writeEach(writer, tags.L, value.L, (element) => writeValue(writer, element));
  else if ("B" in value) {
    writer.writeByte(tags.B);
    writer.writeBytes(value.B);
  } else if ("BOOL" in value) writer.writeByte(value.BOOL ? tags.true : tags.false);
  else if ("NULL" in value) writer.writeByte(tags.NULL);
  else if ("SS" in value) writeEach(writer, tags.SS, value.SS, (text) => writer.writeText(text));
  else if ("NS" in value) writeEach(writer, tags.NS, value.NS, (text) => writer.writeText(text));
  else writeEach(writer, tags.BS, value.BS, (bytes) => writer.writeBytes(bytes));
}

function writeEach<Member>(
  writer: ByteWriter,
  tag: number,
  members: readonly Member[],
  write: (member: Member) => void,
): void {
  writer.writeByte(tag);
  writer.writeCount(members.length);
  for (const member of members) write(member);
}

function readAttributes(reader: ByteReader): Item {
  const attributes: Record<string, AttributeValue> = {};
  for (let left = reader.readCount(); left > 0; left -= 1) {
    setOwn(attributes, reader.readText(), readValue(reader));
  }
  return attributes;
}

function readValue(reader: ByteReader): AttributeValue {
  const tag = reader.readByte();
  switch (tag) {
    case tags.S:
      return { S: reader.readText() };
    case tags.N:
      return { N: reader.readText() };
    case tags.B:
      return { B: reader.readBytes() };
    case tags.true:
      return { BOOL: true };
    case tags.false:
      return { BOOL: false };
    case tags.NULL:
      return { NULL: true };
    case tags.SS:
      return { SS: readEach(reader, () => reader.readText()) };
    case tags.NS:
      return { NS: readEach(reader, () => reader.readText()) };
    case tags.BS:
      return { BS: readEach(reader, () => reader.readBytes()) };
    case tags.L:
      return { L: readEach(reader, () => readValue(reader)) };
    case tags.M:
      return { M: readAttributes(reader) };
    default:
      throw new RangeError(`An item holds a value of the unknown kind ${tag}`);
  }
}

function readEach<Member>(reader: ByteReader, read: () => Member): Member[] {
  const members: Member[] = [];
  for (let left = reader.readCount(); left > 0; left -= 1) members.push(read());
  return members;
}
