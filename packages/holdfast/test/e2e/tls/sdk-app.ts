/** An app whose handlers call `@connections` in each way that existing ones do, with both of AWS's SDKs for Node. */
export const sdkApp = `import https from "node:https";
import { App } from "holdfast";
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import AWS from "aws-sdk";

const app = new App("names");
export default app;
const ws = app.websocket();
const second = app.websocket("second");
app.http.get("/hello", async () => new Response("hello"));

const asAnswer = (call) => call.then(() => 200, (error) => error.$metadata?.httpStatusCode ?? error.statusCode ?? String(error));

ws.on("v3", ({ connectionId, body }) => {
  const client = new ApiGatewayManagementApiClient({ endpoint: body.endpoint });
  return asAnswer(client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: "posted" })));
});
ws.on("v2", ({ connectionId, body }) => {
  const client = new AWS.ApiGatewayManagementApi({ endpoint: body.endpoint, maxRetries: 0 });
  return asAnswer(client.postToConnection({ ConnectionId: connectionId, Data: "posted" }).promise());
});
ws.on("fetch", async ({ body }) => {
  const response = await fetch(body.url);
  return { status: response.status, text: await response.text() };
});
ws.on("https", ({ body }) => new Promise((resolve, reject) => {
  https.get(body.url, (response) => resolve(response.resume().statusCode)).on("error", reject);
}));
ws.on("socket", ({ body }) => new Promise((resolve, reject) => {
  const socket = new WebSocket(body.url);
  socket.onerror = (event) => reject(new Error(event.message));
  socket.onopen = () => socket.send(JSON.stringify({ action: "whoami" }));
  socket.onmessage = ({ data }) => { socket.close(); resolve(JSON.parse(data)); };
}));
const whoami = ({ event }) => {
  const { domainName, stage, apiId } = event.requestContext;
  return { domainName, stage, apiId };
};
ws.on("whoami", whoami);
second.on("whoami", whoami);
ws.on("environment", () => {
  const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_CA_BUNDLE, NODE_EXTRA_CA_CERTS, HOLDFAST_GATEWAY } = process.env;
  return { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_CA_BUNDLE, NODE_EXTRA_CA_CERTS, HOLDFAST_GATEWAY };
});
`;
