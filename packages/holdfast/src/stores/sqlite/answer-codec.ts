import type { Item } from "../../model/attribute-value.ts";
import type { Page } from "../../model/table-request.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { readKind, readOptionalItem, writeKind, writeOptionalItem, writeSizedItem } from "./codec-kinds.ts";
import { readData, writeData } from "./data-codec.ts";
import { decodeItem } from "./item-codec.ts";
import type { Failure } from "./messages.ts";

/** What became of a request. Its items are `ItemForm`: bytes on the store's thread, items on the caller's. */
type AnswerOf<ItemForm> =
  | { readonly kind: "got"; readonly item: ItemForm | undefined }
  | { readonly kind: "written"; readonly results: readonly WrittenOf<ItemForm>[] }
  | { readonly kind: "page"; readonly page: PageOf<ItemForm> }
  | { readonly kind: "defined"; readonly expires: boolean }
  | { readonly kind: "swept"; readonly removed: number }
  | { readonly kind: "failed"; readonly failure: Failure };

interface WrittenOf<ItemForm> {
  readonly old: ItemForm | undefined;
  /** Absent for a put: it is the item that was sent. */
  readonly new: ItemForm | undefined;
}

interface PageOf<ItemForm> extends Omit<Page, "items"> {
  readonly items: readonly ItemForm[];
}

export type StoredAnswer = AnswerOf<Uint8Array>;
export type Answer = AnswerOf<Item>;

const kinds: readonly Answer["kind"][] = ["got", "written", "page", "defined", "swept", "failed"];

export function writeAnswer(writer: ByteWriter, answer: StoredAnswer): void {
  writeKind(writer, kinds, answer.kind);
  switch (answer.kind) {
    case "got":
      return writeOptionalItem(writer, answer.item);
    case "written":
      writer.writeCount(answer.results.length);
      for (const result of answer.results) {
        writeOptionalItem(writer, result.old);
        writeOptionalItem(writer, result.new);
      }
      return;
    case "page":
      return writePage(writer, answer.page);
    case "defined":
      return writer.writeByte(answer.expires ? 1 : 0);
    case "swept":
      return writer.writeCount(answer.removed);
    case "failed":
      return writeData(writer, answer.failure);
  }
}

export function readAnswer(reader: ByteReader): Answer {
  const kind = readKind(reader, kinds);
  switch (kind) {
    case "got":
      return { kind, item: readOptionalItem(reader) };
    case "written":
      return { kind, results: Array.from({ length: reader.readCount() }, () => readWritten(reader)) };
    case "page":
      return { kind, page: readPage(reader) };
    case "defined":
      return { kind, expires: reader.readByte() === 1 };
    case "swept":
      return { kind, removed: reader.readCount() };
    case "failed":
      return { kind, failure: readData(reader) as Failure };
  }
}

function readWritten(reader: ByteReader): WrittenOf<Item> {
  const old = readOptionalItem(reader);
  return { old, new: readOptionalItem(reader) };
}

function writePage(writer: ByteWriter, page: PageOf<Uint8Array>): void {
  writer.writeCount(page.scanned);
  writer.writeByte(page.next === undefined ? 0 : 1);
  if (page.next !== undefined) writeSizedItem(writer, page.next);
  writer.writeCount(page.items.length);
  for (const itemBytes of page.items) writer.writeSizedBytes(itemBytes);
}

function readPage(reader: ByteReader): Page {
  const scanned = reader.readCount();
  const next = readOptionalItem(reader);
  const items = Array.from({ length: reader.readCount() }, () => decodeItem(reader.readSized()));
  return { items, scanned, ...(next !== undefined && { next }) };
}
