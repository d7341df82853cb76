import type { Item } from "../../model/attribute-value.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { decodeItem, writeItem } from "./item-codec.ts";

/** One byte that tells variants apart: the kind's place in the list. */
export function writeKind<Kind>(writer: ByteWriter, kinds: readonly Kind[], kind: Kind): void {
  writer.writeByte(kinds.indexOf(kind));
}

export function readKind<Kind>(reader: ByteReader, kinds: readonly Kind[]): Kind {
  const position = reader.readByte();
  const kind = kinds[position];
  if (kind === undefined) throw new RangeError(`A message of the unknown kind ${position}`);
  return kind;
}

export function writeSizedItem(writer: ByteWriter, item: Item): void {
  writer.writeSized(() => writeItem(writer, item));
}

/** Bytes that `writeItem` made, or nothing. */
export function writeOptionalItem(writer: ByteWriter, itemBytes: Uint8Array | undefined): void {
  writer.writeByte(itemBytes === undefined ? 0 : 1);
  if (itemBytes !== undefined) writer.writeSizedBytes(itemBytes);
}

export function readOptionalItem(reader: ByteReader): Item | undefined {
  return reader.readByte() === 0 ? undefined : decodeItem(reader.readSized());
}
