import type { Item } from "../../model/attribute-value.ts";
import type { Change } from "../../model/table-request.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { readKind, readOptionalItem, writeKind, writeOptionalItem, writeSizedItem } from "./codec-kinds.ts";
import { decodeItem } from "./item-codec.ts";

/** A change whose items are in the bytes that are stored. */
export interface StoredChange extends Omit<Change, "key" | "old" | "new"> {
  readonly key: Item;
  readonly old?: Uint8Array;
  readonly new?: Uint8Array;
}

const kinds: readonly Change["kind"][] = ["insert", "modify", "remove"];

export function writeChange(writer: ByteWriter, change: StoredChange): void {
  writer.writeText(change.table);
  writeKind(writer, kinds, change.kind);
  writeSizedItem(writer, change.key);
  writeOptionalItem(writer, change.old);
  writeOptionalItem(writer, change.new);
  writer.writeCount(change.sequence);
  writer.writeDouble(change.atMs);
  writer.writeByte(change.expired === true ? 1 : 0);
}

export function readChange(reader: ByteReader): Change {
  const table = reader.readText();
  const kind = readKind(reader, kinds);
  const key = decodeItem(reader.readSized());
  const old = readOptionalItem(reader);
  const now = readOptionalItem(reader);
  return {
    table,
    kind,
    key,
    ...(old !== undefined && { old }),
    ...(now !== undefined && { new: now }),
    sequence: reader.readCount(),
    atMs: reader.readDouble(),
    ...(reader.readByte() === 1 && { expired: true }),
  };
}
