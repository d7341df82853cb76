import { crc32 } from "node:zlib";
import { expect, test } from "vitest";

import type { AwsServiceRequest } from "../ports/aws-services.ts";
import { AwsServiceError } from "./aws-service-error.ts";
import { createJsonFace } from "./json-protocol.ts";

const face = createJsonFace({
  service: "books",
  targetPrefix: "Books_2026",
  version: "1.1",
  errorNamespace: "com.example.books",
  checksum: true,
  operations: {
    Echo: async (input, { region, requestId }) => ({ input, region, requestId }),
    Fail: async () => {
      throw new AwsServiceError("BookLost", "It is lost", 404, { Shelf: "A" });
    },
    Refuse: async () => {
      throw new AwsServiceError("ValidationException", "No");
    },
    Break: async () => {
      throw new TypeError("oops");
    },
  },
});

function ask(target: string | undefined, body = "{}") {
  const request: AwsServiceRequest = {
    service: "books",
    region: "eu-west-1",
    method: "POST",
    host: "books.eu-west-1.amazonaws.com",
    target: "/",
    headers: target === undefined ? {} : { "x-amz-target": target },
    body: Buffer.from(body),
    requestId: "r-1",
    caller: {},
  };
  return face.answer(request);
}

const parsed = async (target: string | undefined, body?: string) => {
  const answer = await ask(target, body);
  return { status: answer.status, ...(JSON.parse(answer.body.toString()) as Record<string, unknown>) };
};

test("an operation gets the input and the answer has the protocol's headers", async () => {
  const answer = await ask("Books_2026.Echo", '{"Title":"é"}');
  const body = JSON.stringify({ input: { Title: "é" }, region: "eu-west-1", requestId: "r-1" });
  expect(answer.status).toBe(200);
  expect(answer.body.toString()).toBe(body);
  expect(answer.headers).toEqual({
    "content-type": "application/x-amz-json-1.1",
    "x-amzn-requestid": "r-1",
    "x-amz-crc32": String(crc32(body)),
  });
});

test("no body is no members", async () => {
  expect(await parsed("Books_2026.Echo", "")).toMatchObject({ status: 200, input: {} });
});

test("an error of the service's has its name, message and members", async () => {
  expect(await parsed("Books_2026.Fail")).toEqual({
    status: 404,
    __type: "com.example.books#BookLost",
    message: "It is lost",
    Shelf: "A",
  });
  expect(await parsed("Books_2026.Refuse")).toMatchObject({
    __type: "com.amazon.coral.validate#ValidationException",
  });
});

test("what is no error of the service's is a failure that SDKs try again", async () => {
  expect(await parsed("Books_2026.Break")).toEqual({
    status: 500,
    __type: "com.amazon.coral.service#InternalFailure",
    Message: "oops",
  });
});

test.each([undefined, "Echo", "Other_2026.Echo", "Books_2026.constructor", "Books_2026.Echo.x"])(
  "%s is no operation",
  async (target) => {
    expect(await parsed(target)).toMatchObject({
      status: 400,
      __type: "com.amazon.coral.service#UnknownOperationException",
    });
  },
);

test.each(["{", "[]", "1", "null"])("%s is no input", async (body) => {
  expect(await parsed("Books_2026.Echo", body)).toMatchObject({
    status: 400,
    __type: "com.amazon.coral.service#SerializationException",
  });
});
