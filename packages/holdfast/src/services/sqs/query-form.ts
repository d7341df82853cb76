import { isRecord } from "../../base/is-record.ts";
import type { OperationInput, OperationOutput } from "../service-face.ts";
import { FlatList, type XmlValue } from "../xml.ts";

/**
 * What the query protocol calls a list or map of the JSON protocol, the elements of which stand by themselves there:
 * `AttributeName.1`, `MessageAttribute.1.Name` (documented; the SDKs of before 2023 speak it).
 */
interface FormList {
  readonly form: string;
  /** Of maps: what its entries' parts are called. */
  readonly map?: readonly [key: string, value: string];
  /** Of structures: their own lists. */
  readonly members?: FormLists;
}

type FormLists = Readonly<Record<string, FormList>>;

const attributes: FormLists = {
  MessageAttributes: { form: "MessageAttribute", map: ["Name", "Value"] },
  MessageSystemAttributes: { form: "MessageSystemAttribute", map: ["Name", "Value"] },
};

const inputLists: FormLists = {
  AttributeNames: { form: "AttributeName" },
  MessageSystemAttributeNames: { form: "MessageSystemAttributeName" },
  MessageAttributeNames: { form: "MessageAttributeName" },
  Attributes: { form: "Attribute", map: ["Name", "Value"] },
  Tags: { form: "Tag", map: ["Key", "Value"] },
  ...attributes,
};

const outputLists: FormLists = {
  Messages: {
    form: "Message",
    members: {
      Attributes: { form: "Attribute", map: ["Name", "Value"] },
      MessageAttributes: { form: "MessageAttribute", map: ["Name", "Value"] },
    },
  },
  Attributes: { form: "Attribute", map: ["Name", "Value"] },
  QueueUrls: { form: "QueueUrl" },
  queueUrls: { form: "QueueUrl" },
  Failed: { form: "BatchResultErrorEntry" },
  Tags: { form: "Tag", map: ["Key", "Value"] },
};

/** A form's input as the JSON protocol has it. */
export function fromForm(action: string, form: OperationInput): OperationInput {
  const lists = { ...inputLists, Entries: { form: `${action}RequestEntry`, members: attributes } };
  return readLists(form, lists);
}

/** The JSON protocol's output as the query protocol has it. */
export function toForm(action: string, output: OperationOutput): Readonly<Record<string, XmlValue>> {
  return writeLists(output, { ...outputLists, Successful: { form: `${action}ResultEntry` } });
}

function readLists(form: OperationInput, lists: FormLists): OperationInput {
  const names = new Map(Object.entries(lists).map(([name, list]) => [list.form, { name, list }]));
  return Object.fromEntries(
    Object.entries(form).map(([name, value]) => {
      const found = names.get(name);
      return found === undefined ? [name, value] : [found.name, readList(value, found.list)];
    }),
  );
}

function readList(value: unknown, { map, members }: FormList): unknown {
  // One alone may have no number, and an empty list is an empty text.
  const items: readonly unknown[] = Array.isArray(value) ? value : value === "" ? [] : [value];
  if (map !== undefined) {
    const [key, content] = map;
    return Object.fromEntries(
      items.map((item) => (isRecord(item) ? [item[key], item[content]] : ["", item])),
    );
  }
  if (members === undefined) return items;
  return items.map((item) => (isRecord(item) ? readLists(item, members) : item));
}

function writeLists(output: OperationOutput, lists: FormLists): Readonly<Record<string, XmlValue>> {
  return Object.fromEntries(
    Object.entries(output).map(([name, value]): [string, XmlValue] => {
      const list = Object.hasOwn(lists, name) ? lists[name] : undefined;
      return list === undefined ? [name, value as XmlValue] : [list.form, writeList(value, list)];
    }),
  );
}

function writeList(value: unknown, { map, members }: FormList): XmlValue {
  if (map !== undefined) {
    const [key, content] = map;
    const entries = Object.entries(isRecord(value) ? value : {});
    return new FlatList(entries.map(([name, item]) => ({ [key]: name, [content]: item as XmlValue })));
  }
  const items = Array.isArray(value) ? (value as readonly unknown[]) : [];
  return new FlatList(
    items.map((item) =>
      members !== undefined && isRecord(item) ? writeLists(item, members) : (item as XmlValue),
    ),
  );
}
