import { expect, it } from "vitest";
import { UnauthorizedError } from "../base/errors.ts";
import type { AuthorizeEvent } from "../model/gateway-event.ts";
import { authorizerFunction, type AuthorizeHandler } from "./authorizer-handler.ts";

const methodArn = "arn:aws:execute-api:us-east-1:000000000000:a1b2c3/dev/$connect";
const event: AuthorizeEvent = {
  kind: "authorize",
  methodArn,
  connection: {
    connectionId: "c1",
    connectedAt: 1000,
    apiName: "chat",
    apiId: "a1b2c3",
    stage: "dev",
    domainName: "localhost:3333",
    sourceIp: "127.0.0.1",
    pathParameters: { room: "a" },
  },
  routeKey: "$connect",
  requestId: "r1",
  requestTimeMs: 2000,
  headers: [
    ["Authorization", "token"],
    ["Sec-WebSocket-Protocol", "a, b"],
  ],
  query: [["age", "20"]],
  traceId: "Root=1-00000002-000000000000000000000000",
  secure: false,
  port: 3333,
};

const run = (handler: AuthorizeHandler): Promise<unknown> =>
  authorizerFunction(handler)(event, {
    functionName: "f",
    signal: new AbortController().signal,
    remainingMs: () => 1,
  });

const policyDocument = (Effect: string): object => ({
  Version: "2012-10-17",
  Statement: [{ Action: "execute-api:Invoke", Effect, Resource: methodArn }],
});

it("tells the handler of the client, in its own words and in AWS's", async () => {
  let told: object = {};
  await run(({ connectionId, headers, query, protocols, params, sourceIp, stage, event: aws }) => {
    told = {
      connectionId,
      authorization: headers.get("authorization"),
      age: query.get("age"),
      protocols,
      params,
      sourceIp,
      stage,
      aws,
    };
    return true;
  });
  expect(told).toMatchObject({
    connectionId: "c1",
    authorization: "token",
    age: "20",
    protocols: ["a", "b"],
    params: { room: "a" },
    sourceIp: "127.0.0.1",
    stage: "dev",
    aws: { type: "REQUEST", methodArn, queryStringParameters: { age: "20" } },
  });
});

it.each<[string, AuthorizeHandler, object]>([
  ["true", () => true, { policyDocument: policyDocument("Allow") }],
  ["false", () => false, { policyDocument: policyDocument("Deny") }],
  [
    "all of it",
    async () => ({ allow: true, principalId: "ann", context: { n: 7, no: null }, usageIdentifierKey: "k" }),
    {
      principalId: "ann",
      policyDocument: policyDocument("Allow"),
      context: { n: 7, no: null },
      usageIdentifierKey: "k",
    },
  ],
])("makes AWS's answer of %s", async (_what, handler, answer) => {
  expect(await run(handler)).toEqual(answer);
});

it("throws what stands for a 401 as AWS has it", async () => {
  const thrown = run(() => {
    throw new UnauthorizedError();
  });
  await expect(thrown).rejects.toThrow(/^Unauthorized$/);
});

it.each<[string, unknown, RegExp]>([
  ["nothing", undefined, /returned undefined/],
  ["a status", { status: 401 }, /returned an object with "status"/],
  ["no decision", { principalId: "ann" }, /no allow that is true or false/],
  ["a principal that is no text", { allow: true, principalId: 7 }, /a principalId that is no text/],
  ["a context that is a list", { allow: true, context: ["a"] }, /a context that is no object/],
  ["a nested context", { allow: true, context: { a: {} } }, /whose "a" is neither/],
])("says what is wrong with %s", async (_what, result, message) => {
  await expect(run(() => result as boolean)).rejects.toThrow(message);
});
