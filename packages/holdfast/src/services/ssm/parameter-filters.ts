import { isRecord } from "../../base/is-record.ts";
import { AwsServiceError } from "../aws-service-error.ts";
import type { OperationInput } from "../service-face.ts";
import type { StoredParameter } from "./parameter-store.ts";

type Test = (parameter: StoredParameter) => boolean;

/** What `ParameterFilters`, or the older `Filters`, leave. Throws `InvalidFilterKey` and its like. */
export function readFilters(input: OperationInput): Test {
  const tests = [...toList(input.ParameterFilters), ...toList(input.Filters)].map(toTest);
  return (parameter) => tests.every((test) => test(parameter));
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The older filters have `key` and `values` under other names, and names that begin so are meant. */
function toTest(filter: unknown): Test {
  const { Key: key, Option: option, Values: values } = isRecord(filter) ? filter : {};
  const texts = toList(values).filter((value) => typeof value === "string");
  switch (key) {
    case "Name":
      return ({ name }) => texts.some((value) => fits(name, value, option ?? "Equals"));
    case "Path":
      return ({ name }) => texts.some((path) => isBelow(name, path, option === "Recursive"));
    case "Type":
      return ({ type }) => texts.some((value) => fits(type, value, option ?? "Equals"));
    case "Tier":
      return ({ tier }) => texts.includes(tier);
    case "DataType":
      return ({ dataType }) => texts.includes(dataType);
    default:
      throw new AwsServiceError("InvalidFilterKey", `The filter key ${String(key)} is not valid here.`);
  }
}

function fits(text: string, value: string, option: unknown): boolean {
  if (option === "Equals") return text === value || text === `/${value}`;
  if (option === "BeginsWith") return text.startsWith(value);
  if (option === "Contains") return text.includes(value);
  throw new AwsServiceError("InvalidFilterOption", `The filter option ${String(option)} is not valid.`);
}

/** Whether a parameter lies below a path: right below it, or anywhere. */
export function isBelow(name: string, path: string, isRecursive: boolean): boolean {
  const folder = path.endsWith("/") ? path : `${path}/`;
  if (folder === "/" && !name.startsWith("/")) return isRecursive || !name.includes("/");
  if (!name.startsWith(folder) || name.length === folder.length) return false;
  return isRecursive || !name.slice(folder.length).includes("/");
}
