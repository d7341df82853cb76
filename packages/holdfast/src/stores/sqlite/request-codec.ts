import type { Table } from "../../model/app-model.ts";
import type { Item } from "../../model/attribute-value.ts";
import type { Condition, QueryRequest, ScanRequest, UpdateAction, Write } from "../../model/table-request.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { readKind, writeKind, writeSizedItem } from "./codec-kinds.ts";
import { readData, writeData } from "./data-codec.ts";
import { decodeItem } from "./item-codec.ts";

/** A request on its way to the store's thread. Its items and keys are in normal form. */
export type Request =
  | { readonly kind: "get"; readonly table: string; readonly key: Item }
  | { readonly kind: "write"; readonly writes: readonly Write[] }
  | { readonly kind: "query"; readonly request: QueryRequest }
  | { readonly kind: "scan"; readonly request: ScanRequest }
  | { readonly kind: "define"; readonly tables: readonly Table[] }
  | { readonly kind: "sweep" };

/** As it arrives: a put's item is also there in the bytes that will be stored. */
export type ArrivedRequest =
  | Exclude<Request, { readonly kind: "write" }>
  | { readonly kind: "write"; readonly writes: readonly ArrivedWrite[] };

export interface ArrivedWrite {
  readonly write: Write;
  /** Of a put's item, or of the key. */
  readonly itemBytes: Uint8Array;
}

const requestKinds: readonly Request["kind"][] = ["get", "write", "query", "scan", "define", "sweep"];
const writeKinds: readonly Write["kind"][] = ["put", "delete", "update", "check"];

export function writeRequest(writer: ByteWriter, request: Request): void {
  writeKind(writer, requestKinds, request.kind);
  switch (request.kind) {
    case "get":
      writer.writeText(request.table);
      return writeSizedItem(writer, request.key);
    case "write":
      writer.writeCount(request.writes.length);
      for (const write of request.writes) writeWrite(writer, write);
      return;
    case "query":
    case "scan":
      return writeData(writer, request.request);
    case "define":
      return writeData(writer, request.tables);
    case "sweep":
  }
}

export function readRequest(reader: ByteReader): ArrivedRequest {
  const kind = readKind(reader, requestKinds);
  switch (kind) {
    case "get":
      return { kind, table: reader.readText(), key: decodeItem(reader.readSized()) };
    case "write":
      return { kind, writes: Array.from({ length: reader.readCount() }, () => readWrite(reader)) };
    case "query":
      return { kind, request: readData(reader) as QueryRequest };
    case "scan":
      return { kind, request: readData(reader) as ScanRequest };
    case "define":
      return { kind, tables: readData(reader) as readonly Table[] };
    case "sweep":
      return { kind };
  }
}

function writeWrite(writer: ByteWriter, write: Write): void {
  writeKind(writer, writeKinds, write.kind);
  writer.writeText(write.table);
  writeSizedItem(writer, write.kind === "put" ? write.item : write.key);
  writeData(writer, write.condition);
  if (write.kind === "update") writeData(writer, write.actions);
}

function readWrite(reader: ByteReader): ArrivedWrite {
  const kind = readKind(reader, writeKinds);
  const table = reader.readText();
  const itemBytes = reader.readSized();
  const item = decodeItem(itemBytes);
  const condition = readData(reader) as Condition | undefined;
  const conditional = condition === undefined ? {} : { condition };
  switch (kind) {
    case "put":
      return { itemBytes, write: { kind, table, item, ...conditional } };
    case "delete":
      return { itemBytes, write: { kind, table, key: item, ...conditional } };
    case "update": {
      const actions = readData(reader) as readonly UpdateAction[];
      return { itemBytes, write: { kind, table, key: item, actions, ...conditional } };
    }
    case "check":
      return { itemBytes, write: { kind, table, key: item, condition: condition as Condition } };
  }
}
