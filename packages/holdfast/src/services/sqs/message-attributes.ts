import { isRecord } from "../../base/is-record.ts";
import { isBinary, md5OfAttributes } from "../../model/queue-message.ts";
import type { MessageAttribute } from "../../ports/queue-store.ts";
import type { OperationInput } from "../service-face.ts";
import { optionalRecord, optionalText } from "./members.ts";
import { invalidParameter } from "./sqs-error.ts";

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const maximumAttributes = 10;
const namePattern = /^(?!(?:aws|amazon)\.)(?!\.)(?!.*\.\.)(?!.*\.$)[\w.-]{1,256}$/i;
const typePattern = /^(?:String|Number|Binary)(?:\.[^\s]{1,249})?$/;

/** A message's own attributes. Constraints are documented, their messages AWS's as far as users have shown them. */
export function readMessageAttributes(input: OperationInput): MessageAttributes {
  const attributes = Object.entries(optionalRecord(input, "MessageAttributes"));
  if (attributes.length > maximumAttributes) {
    throw invalidParameter(
      `Number of message attributes [${attributes.length}] exceeds the allowed maximum [${maximumAttributes}].`,
    );
  }
  return Object.fromEntries(attributes.map(([name, value]) => [name, readAttribute(name, value)]));
}

/** X-Ray's header is the one that there is. */
export function readSystemAttributes(input: OperationInput): MessageAttributes {
  const attributes = Object.entries(optionalRecord(input, "MessageSystemAttributes"));
  return Object.fromEntries(
    attributes.map(([name, value]) => {
      if (name !== "AWSTraceHeader")
        throw invalidParameter(`Message system attribute name '${name}' is invalid.`);
      return [name, readAttribute(name, value)];
    }),
  );
}

function readAttribute(name: string, given: unknown): MessageAttribute {
  if (!namePattern.test(name)) {
    throw invalidParameter(
      `Message (user) attribute name '${name}' is invalid: it can have letters, digits, hyphens, underscores and periods, and does not start with AWS. or Amazon.`,
    );
  }
  const value = isRecord(given) ? given : {};
  const type = optionalText(value, "DataType") ?? "";
  if (type === "")
    throw invalidParameter(
      `The message attribute '${name}' must contain a non-empty message attribute type.`,
    );
  if (!typePattern.test(type)) {
    throw invalidParameter(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const text = optionalText(value, isBinary({ type }) ? "BinaryValue" : "StringValue") ?? "";
  if (text === "") {
    throw invalidParameter(
      `The message attribute '${name}' must contain a non-empty message attribute value for message attribute type '${type}'.`,
    );
  }
  if (type.startsWith("Number") && !Number.isFinite(Number(text)))
    throw invalidParameter(`Could not cast message attribute '${name}' value to number.`);
  return { type, value: text };
}

/** Those that are asked for: by name, by the beginning of it (`game.*`), or all (`All`, `.*`). */
export function selectAttributes(
  attributes: MessageAttributes,
  wanted: readonly string[],
): MessageAttributes {
  const fits = (name: string): boolean =>
    wanted.some(
      (one) => one === "All" || one === name || (one.endsWith(".*") && name.startsWith(one.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => fits(name)));
}

/** None where there are no attributes. */
export function attributesChecksum<Name extends string>(
  name: Name,
  attributes: MessageAttributes,
): { readonly [name in Name]?: string } {
  if (Object.keys(attributes).length === 0) return {};
  return { [name]: md5OfAttributes(attributes) } as { readonly [name in Name]?: string };
}

export function writeAttributes(attributes: MessageAttributes): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, one]) => [
      name,
      { [isBinary(one) ? "BinaryValue" : "StringValue"]: one.value, DataType: one.type },
    ]),
  );
}
