import { isRecord } from "../../../base/is-record.ts";

/**
 * Which messages of a batch a function says have failed, in the form `{ batchItemFailures: [{ itemIdentifier }] }`. No
 * answer, or no list, is success; a list that names anything but messages of the batch is failure of all (documented).
 */
export function failedOf(answer: unknown, ids: ReadonlySet<string>): ReadonlySet<string> | "all" {
  if (!isRecord(answer)) return new Set();
  const { batchItemFailures: failures } = answer;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return "all";
  const named = failures.map((one: unknown) => (isRecord(one) ? one.itemIdentifier : undefined));
  const isSound = (id: unknown): id is string => typeof id === "string" && ids.has(id);
  return named.every(isSound) ? new Set(named) : "all";
}
