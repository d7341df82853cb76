import { isRecord } from "../../base/is-record.ts";
import type { TopicMessage } from "../../ports/topic-bus.ts";
import { AwsServiceError } from "../aws-service-error.ts";
import type { OperationInput } from "../service-face.ts";
import { optionalRecord, optionalText } from "./members.ts";

const typePattern = /^(?:String|Number|Binary)(?:\.\S+)?$/;

/** A message's attributes. What is wrong with one is worded as users have seen it. */
export function readMessageAttributes(
  input: OperationInput,
): Pick<TopicMessage, "attributes" | "attributeTypes"> {
  const read = Object.entries(optionalRecord(input, "MessageAttributes")).map(([name, value]) =>
    readAttribute(name, isRecord(value) ? value : {}),
  );
  if (read.length === 0) return {};
  const typed = read.filter(({ type }) => type !== "String");
  return {
    attributes: Object.fromEntries(read.map(({ name, value }) => [name, value])),
    ...(typed.length > 0 && {
      attributeTypes: Object.fromEntries(typed.map(({ name, type }) => [name, type])),
    }),
  };
}

function readAttribute(name: string, given: OperationInput) {
  if (!/^[\w.-]{1,256}$/.test(name)) throw invalid(`Invalid attribute name '${name.slice(0, 256)}'`);
  const type = optionalText(given, "DataType") ?? "";
  if (type === "")
    throw invalid(`The message attribute '${name}' must contain non-empty message attribute type.`);
  if (!typePattern.test(type)) {
    throw invalid(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const isBinary = type.split(".")[0] === "Binary";
  const value = optionalText(given, isBinary ? "BinaryValue" : "StringValue") ?? "";
  if (value === "") {
    throw invalid(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  }
  if (type.startsWith("Number") && !Number.isFinite(Number(value)))
    throw invalid(`Could not cast message attribute '${name}' value to number.`);
  return { name, type, value };
}

function invalid(message: string): AwsServiceError {
  return new AwsServiceError("ParameterValueInvalid", message);
}
