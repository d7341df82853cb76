import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startOtlpReceiver, type OtlpReceiver } from "./otlp-receiver.ts";
import { startTracedApp, type TracedApp } from "./traced-app.ts";

const handler = `import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

const db = new DynamoDBClient({});

export const handler = async (event) => {
  const { domainName, stage, connectionId } = event.requestContext;
  const api = new ApiGatewayManagementApiClient({ endpoint: "http://" + domainName + "/" + stage });
  const Item = { id: { S: connectionId } };
  await db.send(new PutItemCommand({ TableName: process.env.TABLE_NAME, Item }));
  if (event.body.includes("again"))
    await db.send(new PutItemCommand({ TableName: process.env.TABLE_NAME, Item, ConditionExpression: "attribute_not_exists(id)" })).catch(() => {});
  await api.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: process.env._X_AMZN_TRACE_ID }));
  console.log("posted");
  return { statusCode: 200 };
};
`;

function templateFor(backend: string): string {
  return `AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Connections:
    Type: AWS::Serverless::SimpleTable
    Properties: { TableName: connections, PrimaryKey: { Name: id, Type: String } }
  SendFunction:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: send
      Runtime: nodejs22.x
      Handler: index.handler
      CodeUri: src/
      Timeout: 20
      Environment: { Variables: { TABLE_NAME: !Ref Connections } }
      Policies:
        - DynamoDBCrudPolicy: { TableName: !Ref Connections }
        - Statement: [{ Effect: Allow, Action: "execute-api:ManageConnections", Resource: "*" }]
  Chat:
    Type: AWS::ApiGatewayV2::Api
    Properties: { Name: chat, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action }
  SendRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Chat, RouteKey: send, Target: !Sub "integrations/\${SendIntegration}" }
  SendIntegration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Chat
      IntegrationType: AWS_PROXY
      IntegrationUri: !Sub arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${SendFunction.Arn}/invocations
  SendPermission:
    Type: AWS::Lambda::Permission
    Properties: { Action: lambda:InvokeFunction, FunctionName: !Ref SendFunction, Principal: apigateway.amazonaws.com }
  BackendRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Chat, RouteKey: backend, Target: !Sub "integrations/\${BackendIntegration}" }
  BackendIntegration:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { ApiId: !Ref Chat, IntegrationType: HTTP_PROXY, IntegrationMethod: POST, IntegrationUri: ${backend} }
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: { ApiId: !Ref Chat, StageName: prod, AutoDeploy: true }
`;
}

const asked: Record<string, unknown>[] = [];
const backend = createServer((request, response) => {
  asked.push(request.headers);
  response.writeHead(404).end("nothing here");
});
let receiver: OtlpReceiver;
let app: TracedApp;

beforeAll(async () => {
  await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
  receiver = await startOtlpReceiver();
  const url = `http://127.0.0.1:${(backend.address() as AddressInfo).port}/chat`;
  app = await startTracedApp(
    { "template.yaml": templateFor(url), "src/index.mjs": handler },
    { endpoint: receiver.endpoint },
  );
});

afterAll(async () => {
  await app?.stop();
  await receiver?.[Symbol.asyncDispose]();
  backend.close();
});

test("one trace leads from a frame to its function, and through AWS's SDK to the table and to posts", async () => {
  const client = await app.connect();
  client.send({ action: "send" });
  // The environment of the function is what its SDK tells on.
  const xRay = await client.next({ timeoutMs: 20_000 });

  const frame = await receiver.span("message send");
  const invocation = await receiver.span("invoke send");
  expect(invocation).toMatchObject({
    traceId: frame.traceId,
    parentSpanId: frame.spanId,
    attributes: { "faas.name": "send", "faas.trigger": "other" },
  });
  const { traceId } = frame;
  expect(xRay).toBe(
    `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${invocation.spanId};Sampled=1`,
  );
  const put = await receiver.span("dynamodb PutItem");
  expect(put).toMatchObject({
    kind: "client",
    attributes: {
      "db.system.name": "aws.dynamodb",
      "db.operation.name": "PutItem",
      "db.collection.name": "connections",
      "http.response.status_code": 200,
    },
  });
  const post = await receiver.span("POST @connections");
  expect(post.attributes).toMatchObject({ "holdfast.stage": "prod", "http.response.status_code": 200 });
  expect(await receiver.path(put)).toEqual(["dynamodb PutItem", "invoke send", "message send"]);
  expect(await receiver.path(post)).toEqual(["POST @connections", "invoke send", "message send"]);
  for (const span of [put, post]) expect(span.traceId).toBe(traceId);
  expect(app.logs.find(({ fields }) => String(fields.message).includes("posted"))?.fields).toMatchObject({
    traceId,
    spanId: invocation.spanId,
  });
});

test("a call that a service refuses is an error, and its function is none", async () => {
  const client = await app.connect();
  client.send({ action: "send", how: "again" });
  await client.next({ timeoutMs: 20_000 });
  const refused = await receiver.span("dynamodb PutItem", ({ error }) => error !== undefined);
  expect(refused.error).toBe("status 400");
  const invocation = await receiver.span("invoke send", ({ spanId }) => spanId === refused.parentSpanId);
  expect(invocation.error).toBeUndefined();
});

test("a backend is told where it stands in the trace, in both forms", async () => {
  const client = await app.connect();
  client.send({ action: "backend" });
  const request = await receiver.span("POST");
  expect(request).toMatchObject({ kind: "client", error: "status 404", attributes: { "url.path": "/chat" } });
  expect(await receiver.path(request)).toEqual(["POST", "message backend"]);
  const { traceId, spanId } = request;
  expect(asked.at(-1)).toMatchObject({
    traceparent: `00-${traceId}-${spanId}-01`,
    "x-amzn-trace-id": `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=1`,
  });
});

test("calls from outside every trace make none", async () => {
  const before = receiver.spans.filter(({ name }) => name === "POST @connections").length;
  await fetch(new URL("prod/@connections/nobody", app.http), { method: "POST", body: "hello" });
  // Spans leave in the order in which they end.
  const client = await app.connect({ headers: { traceparent: `00-${"3".repeat(32)}-${"4".repeat(16)}-01` } });
  await receiver.span("connect", ({ traceId }) => traceId === "3".repeat(32));
  client.terminate();
  expect(receiver.spans.filter(({ name }) => name === "POST @connections")).toHaveLength(before);
});
