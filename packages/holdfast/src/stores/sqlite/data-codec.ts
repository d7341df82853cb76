import { setOwn } from "../../model/attribute-value.ts";
import { requestInvalid } from "../../model/table-request-error.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

const tags = {
  undefined: 0,
  null: 1,
  true: 2,
  false: 3,
  number: 4,
  text: 5,
  bytes: 6,
  array: 7,
  record: 8,
} as const;

/** Enough for every condition and update that passes the checks; data that leads back into itself has no end. */
const maximumLevels = 1_000;

/** Writes plain data: what JSON holds, `undefined` and bytes. Throws `TABLE_REQUEST_INVALID` for anything else. */
export function writeData(writer: ByteWriter, data: unknown, level = 0): void {
  if (level > maximumLevels)
    throw requestInvalid(`A request is nested more than ${maximumLevels} levels deep`);
  if (data === undefined) writer.writeByte(tags.undefined);
  else if (data === null) writer.writeByte(tags.null);
  else if (typeof data === "boolean") writer.writeByte(data ? tags.true : tags.false);
  else if (typeof data === "string") {
    writer.writeByte(tags.text);
    writer.writeText(data);
  } else if (typeof data === "number") {
    writer.writeByte(tags.number);
    writer.writeDouble(data);
  } else if (data instanceof Uint8Array) {
    writer.writeByte(tags.bytes);
    writer.writeBytes(data);
  } else if (Array.isArray(data)) {
    writer.writeByte(tags.array);
    writer.writeCount(data.length);
    for (const element of data) writeData(writer, element, level + 1);
  } else if (typeof data === "object") writeRecord(writer, data as Readonly<Record<string, unknown>>, level);
  else throw requestInvalid(`A request holds a ${typeof data}, which is not plain data`);
}

export function readData(reader: ByteReader): unknown {
  const tag = reader.readByte();
  switch (tag) {
    case tags.undefined:
      return undefined;
    case tags.null:
      return null;
    case tags.true:
      return true;
    case tags.false:
      return false;
    case tags.number:
      return reader.readDouble();
    case tags.text:
      return reader.readText();
    case tags.bytes:
      return reader.readBytes();
    case tags.array:
      return readArray(reader);
    case tags.record:
      return readRecord(reader);
    default:
      throw new RangeError(`Data of the unknown kind ${tag}`);
  }
}

function writeRecord(writer: ByteWriter, record: Readonly<Record<string, unknown>>, level: number): void {
  const names = Object.keys(record);
  writer.writeByte(tags.record);
  writer.writeCount(names.length);
  for (const name of names) {
    writer.writeText(name);
    writeData(writer, record[name], level + 1);
  }
}

function readRecord(reader: ByteReader): unknown {
  const record: Record<string, unknown> = {};
  for (let left = reader.readCount(); left > 0; left -= 1) {
    setOwn(record, reader.readText(), readData(reader));
  }
  return record;
}

function readArray(reader: ByteReader): unknown {
  const elements: unknown[] = [];
  for (let left = reader.readCount(); left > 0; left -= 1) elements.push(readData(reader));
  return elements;
}
