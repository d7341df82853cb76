import { maximumDeletedKeys, maximumObjectKeyBytes } from "../../model/bucket-limits.ts";
import { FlatList } from "../xml.ts";
import { checkSums } from "./checksums.ts";
import { s3Error } from "./s3-error.ts";
import { xmlAnswer, type BucketOperation } from "./s3-request.ts";
import { childrenOf, readXml, textOf } from "./xml-reader.ts";

/** Up to 1,000 at once. A key that there cannot be is an error of its own, and the others go. */
export const deleteObjects: BucketOperation = async ({ bucket, headers, body }, { buckets }) => {
  checkSums(headers, body);
  const request = readXml(body);
  const objects = childrenOf(request, "Object").map((object) => ({
    key: textOf(object, "Key") ?? "",
    version: textOf(object, "VersionId"),
  }));
  if (request.name !== "Delete" || objects.length === 0 || objects.length > maximumDeletedKeys)
    throw s3Error("MalformedXML");
  const problems = objects.map(({ key, version }) => problemOf(key, version));
  await buckets.delete(
    bucket,
    objects.flatMap(({ key }, at) => (problems[at] === undefined ? [key] : [])),
  );
  const isQuiet = textOf(request, "Quiet")?.trim().toLowerCase() === "true";
  return xmlAnswer("DeleteResult", {
    Deleted: new FlatList(
      objects.flatMap(({ key }, at) => (problems[at] === undefined && !isQuiet ? [{ Key: key }] : [])),
    ),
    Error: new FlatList(
      objects.flatMap(({ key }, at) => {
        const problem = problems[at];
        return problem === undefined ? [] : [{ Key: key, Code: problem.code, Message: problem.message }];
      }),
    ),
  });
};

function problemOf(key: string, version: string | undefined): ReturnType<typeof s3Error> | undefined {
  if (version !== undefined && version !== "" && version !== "null") return s3Error("NoSuchVersion");
  if (key === "") throw s3Error("MalformedXML");
  return Buffer.byteLength(key) > maximumObjectKeyBytes ? s3Error("KeyTooLongError") : undefined;
}
