import { isRecord } from "../../../base/is-record.ts";
import { setOwn, type AttributeValue } from "../../../model/attribute-value.ts";
import { readValue } from "../item-json.ts";
import { malformed } from "./statement-error.ts";
import type { StatementReader } from "./statement-reader.ts";

/** A literal or a parameter. Throws DynamoDB's errors for values that are none. */
export function expectValue(reader: StatementReader): AttributeValue {
  return takeValue(reader) ?? reader.fail();
}

/** The value if one is next. */
export function takeValue(reader: StatementReader): AttributeValue | undefined {
  const json = takeJson(reader);
  return json === undefined ? undefined : readValue(json.json);
}

/** DynamoDB's JSON of the value; in a record of its own, because parameters may be anything. */
interface Read {
  readonly json: unknown;
}

function takeJson(reader: StatementReader): Read | undefined {
  const text = reader.takeString();
  if (text !== undefined) return { json: { S: text } };
  if (reader.takeSymbol("?")) return { json: reader.takeParameter() };
  if (reader.takeSymbol("[")) return { json: { L: readMembers(reader, "]") } };
  if (reader.takeSymbol("<<")) return { json: toSet(readMembers(reader, ">>")) };
  if (reader.takeSymbol("{")) return { json: { M: readMap(reader) } };
  return takeWord(reader) ?? takeNumber(reader);
}

function takeWord(reader: StatementReader): Read | undefined {
  if (reader.takeKeyword("TRUE")) return { json: { BOOL: true } };
  if (reader.takeKeyword("FALSE")) return { json: { BOOL: false } };
  return reader.takeKeyword("NULL") ? { json: { NULL: true } } : undefined;
}

function takeNumber(reader: StatementReader): Read | undefined {
  const sign = reader.takeOneOf(["-", "+"]);
  const number = reader.takeNumber();
  if (number === undefined) return sign === undefined ? undefined : reader.fail();
  return { json: { N: sign === "-" ? `-${number}` : number } };
}

function readMembers(reader: StatementReader, end: string): readonly unknown[] {
  const members: unknown[] = [];
  if (reader.takeSymbol(end)) return members;
  do members.push(readMember(reader));
  while (reader.takeSymbol(","));
  reader.expectSymbol(end);
  return members;
}

function readMap(reader: StatementReader): Readonly<Record<string, unknown>> {
  const map: Record<string, unknown> = {};
  if (reader.takeSymbol("}")) return map;
  do {
    const name = reader.takeString() ?? reader.fail();
    reader.expectSymbol(":");
    setOwn(map, name, readMember(reader));
  } while (reader.takeSymbol(","));
  reader.expectSymbol("}");
  return map;
}

function readMember(reader: StatementReader): unknown {
  const member = reader.deeper(() => takeJson(reader));
  return member === undefined ? reader.fail() : member.json;
}

/** Of strings, of numbers or of binaries, which only parameters can be. DynamoDB's words for others are not known. */
function toSet(members: readonly unknown[]): unknown {
  for (const type of ["S", "N", "B"] as const) {
    const values = members.flatMap((member) => (isRecord(member) && type in member ? [member[type]] : []));
    if (values.length === members.length) return { [`${type}S`]: values };
  }
  throw malformed("A set has members of one type only: strings, numbers or binaries");
}
