import { expect, test } from "vitest";

import { decodeBody } from "./chunked-body.ts";

const streaming = { "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" };
const decode = (headers: Record<string, string>, text: string) => {
  const { body, headers: found } = decodeBody(headers, Buffer.from(text));
  return { text: Buffer.from(body).toString(), headers: found };
};

test("joins signed chunks", () => {
  const text = "4;chunk-signature=aa\r\nab\r\n\r\n2;chunk-signature=bb\r\ncd\r\n0;chunk-signature=cc\r\n\r\n";
  expect(decode({ ...streaming, "x-amz-decoded-content-length": "6" }, text)).toEqual({
    text: "ab\r\ncd",
    headers: { ...streaming, "x-amz-decoded-content-length": "6" },
  });
});

test("reads the headers behind the last chunk, and forgets the encoding that is none of the object's", () => {
  const headers = { "content-encoding": "gzip, aws-chunked", "x-amz-trailer": "x-amz-checksum-crc32" };
  const { text, headers: found } = decode(headers, "2\r\nab\r\n0\r\nX-Amz-Checksum-Crc32:abc==\r\n\r\n");
  expect(text).toBe("ab");
  expect(found).toEqual({
    "content-encoding": "gzip",
    "x-amz-trailer": "x-amz-checksum-crc32",
    "x-amz-checksum-crc32": "abc==",
  });
});

test("leaves other bodies as they are", () => {
  expect(decode({ "content-encoding": "gzip" }, "2\r\nab\r\n0\r\n\r\n").text).toBe("2\r\nab\r\n0\r\n\r\n");
});

test.each([
  "",
  "2\r\nab",
  "2\r\nabc\r\n0\r\n\r\n",
  "zz\r\n",
  "2\r\nab\r\n",
  "fffffff\r\nab\r\n0\r\n\r\n",
  "-1\r\n",
])("refuses a body that ends early or is none: %j", (text) => {
  expect(() => decode(streaming, text)).toThrow(expect.objectContaining({ code: "IncompleteBody" }));
});

test("refuses a body of another length than was said", () => {
  expect(() => decode({ ...streaming, "x-amz-decoded-content-length": "3" }, "2\r\nab\r\n0\r\n\r\n")).toThrow(
    expect.objectContaining({ code: "IncompleteBody" }),
  );
});
