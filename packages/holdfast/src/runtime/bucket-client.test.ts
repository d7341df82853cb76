import { expect, test } from "vitest";
import { maximumObjectBytes } from "../model/bucket-limits.ts";
import { createBucketClient } from "./bucket-client.ts";

const stored: { bytes: Uint8Array; contentType: string }[] = [];
const bucket = createBucketClient("images", {
  call: async (_resource, _operation, argument) => {
    stored.push(argument as (typeof stored)[number]);
    return {};
  },
});

const buffer = new Uint8Array([9, 1, 2, 9]).buffer;

test.each<[string, unknown, string]>([
  ["a Uint8Array", new Uint8Array(buffer, 1, 2), "application/octet-stream"],
  ["a Buffer", Buffer.from([1, 2]), "application/octet-stream"],
  ["a DataView", new DataView(buffer, 1, 2), "application/octet-stream"],
  ["an ArrayBuffer", new Uint8Array([1, 2]).buffer, "application/octet-stream"],
  ["wider numbers", new Uint16Array(new Uint8Array([1, 2]).buffer), "application/octet-stream"],
  ["a Blob", new Blob([new Uint8Array([1, 2])]), "application/octet-stream"],
  ["a Blob with a type", new Blob([new Uint8Array([1, 2])], { type: "image/x" }), "image/x"],
])("%s is stored as its bytes", async (_, data, contentType) => {
  await bucket.put("k", data);
  const object = stored.pop();
  expect([...(object?.bytes ?? [])]).toEqual([1, 2]);
  expect(object?.contentType).toBe(contentType);
});

test.each<[string, unknown]>([
  ["a Map", new Map()],
  ["nested bytes", { bytes: new Uint8Array(1) }],
  ["undefined", undefined],
])("%s is refused, because JSON would lose it", async (_, data) => {
  await expect(bucket.put("k", data)).rejects.toMatchObject({ code: "RESOURCE_ARGUMENT_INVALID" });
  expect(stored).toEqual([]);
});

test("more than an object may hold is refused before it is sent", async () => {
  await expect(bucket.put("k", new ArrayBuffer(maximumObjectBytes + 1))).rejects.toMatchObject({
    code: "OBJECT_TOO_LARGE",
  });
  expect(stored).toEqual([]);
});
