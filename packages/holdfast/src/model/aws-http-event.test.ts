import { expect, test } from "vitest";
import { toAwsHttpEvent } from "./aws-http-event.ts";
import type { HttpEvent } from "./gateway-event.ts";

const place = { accountId: "000000000000" };

const event: HttpEvent = {
  kind: "http",
  routeKey: "POST /prod/games/{id}",
  requestId: "EOoPWEaUIAMEEIQ=",
  requestTimeMs: 1_583_348_638_390,
  method: "POST",
  url: "https://localhost:3333/prod/games/7%20a?q=1&q=2&p=x%20y",
  headers: [
    ["Host", "localhost:3333"],
    ["User-Agent", "probe"],
    ["X-Many", "1"],
    ["x-many", "2"],
    ["Cookie", "a=1; b=2"],
    ["X-Forwarded-For", "10.0.0.1"],
  ],
  pathParameters: { id: "7 a" },
  sourceIp: "192.0.2.1",
  body: "hello",
  isBase64Encoded: false,
};

const bare: HttpEvent = {
  ...event,
  url: "http://localhost/",
  headers: [],
  pathParameters: {},
  body: "",
  routeKey: "GET /",
};

test("payload 2.0 is that of HTTP APIs: names in lower case, values joined, cookies apart", () => {
  const aws = { payload: "2.0", apiId: "abc", stage: "prod" } as const;
  expect(toAwsHttpEvent({ ...event, aws }, place)).toEqual({
    version: "2.0",
    routeKey: "POST /games/{id}",
    rawPath: "/prod/games/7%20a",
    rawQueryString: "q=1&q=2&p=x%20y",
    cookies: ["a=1", "b=2"],
    headers: {
      host: "localhost:3333",
      "user-agent": "probe",
      "x-many": "1,2",
      "x-forwarded-for": "10.0.0.1, 192.0.2.1",
      "x-forwarded-port": "3333",
      "x-forwarded-proto": "https",
    },
    queryStringParameters: { q: "1,2", p: "x y" },
    requestContext: {
      accountId: "000000000000",
      apiId: "abc",
      domainName: "localhost:3333",
      domainPrefix: "localhost",
      http: {
        method: "POST",
        path: "/prod/games/7%20a",
        protocol: "HTTP/1.1",
        sourceIp: "192.0.2.1",
        userAgent: "probe",
      },
      requestId: "EOoPWEaUIAMEEIQ=",
      routeKey: "POST /games/{id}",
      stage: "prod",
      time: "04/Mar/2020:19:03:58 +0000",
      timeEpoch: 1_583_348_638_390,
    },
    pathParameters: { id: "7 a" },
    body: "hello",
    isBase64Encoded: false,
  });
});

test("payload 2.0 leaves out what would be empty", () => {
  const made = toAwsHttpEvent(bare, place);
  for (const key of ["cookies", "queryStringParameters", "pathParameters", "body"])
    expect(made).not.toHaveProperty(key);
  expect(made).toMatchObject({ version: "2.0", rawPath: "/", rawQueryString: "", routeKey: "GET /" });
});

test("payload 1.0 is that of REST APIs: all values of a name, paths without the stage, null for what is empty", () => {
  const aws = { payload: "1.0", apiId: "abc", stage: "prod" } as const;
  expect(toAwsHttpEvent({ ...event, aws }, place)).toMatchObject({
    resource: "/games/{id}",
    path: "/games/7%20a",
    httpMethod: "POST",
    headers: { "User-Agent": "probe", "X-Many": "2", Cookie: "a=1; b=2", "X-Forwarded-Proto": "https" },
    multiValueHeaders: { "X-Many": ["1", "2"] },
    queryStringParameters: { q: "2", p: "x y" },
    multiValueQueryStringParameters: { q: ["1", "2"], p: ["x y"] },
    pathParameters: { id: "7 a" },
    stageVariables: null,
    requestContext: {
      resourcePath: "/games/{id}",
      path: "/prod/games/7%20a",
      stage: "prod",
      apiId: "abc",
      identity: { sourceIp: "192.0.2.1", userAgent: "probe", user: null },
    },
    body: "hello",
  });
  expect(toAwsHttpEvent({ ...bare, aws }, place)).toMatchObject({
    path: "/",
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    body: null,
  });
});
