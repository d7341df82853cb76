import { App } from "holdfast";

const app = new App("integrations");
export default app;

const backend = process.env.BACKEND_URL ?? "http://localhost:9";
const notes = app.table<{ id: string; text: string }>("notes", { key: "id" });
const ws = app.websocket("main", { stageVariables: { greeting: "Hello" } });

ws.integrate("$connect", {
  http: `${backend}/connect`,
  requestParameters: { "integration.request.header.ConnectionId": "context.connectionId" },
});
ws.integrate("echo", { http: `${backend}/echo` });
ws.integrate("shout", {
  http: `${backend}/echo`,
  requestTemplates: { $default: '{"text": "$input.path(\'$.text\').toUpperCase()"}' },
  templateSelectionExpression: "\\$default",
  responses: [
    {
      key: "$default",
      templates: { $default: "$input.json('$.body')" },
      templateSelectionExpression: "\\$default",
    },
  ],
});
ws.integrate("greet", {
  mock: true,
  requestTemplates: { $default: '{"statusCode": 200}' },
  templateSelectionExpression: "\\$default",
  responses: [
    {
      key: "$default",
      templates: { $default: "$stageVariables.greeting, $context.connectionId" },
      templateSelectionExpression: "\\$default",
    },
  ],
});
ws.integrate(
  "note",
  {
    service: "dynamodb",
    action: "PutItem",
    requestTemplates: {
      $default:
        '{"TableName": "notes", "Item": {"id": {"S": "$input.path(\'$.id\')"}, "text": {"S": "$input.path(\'$.text\')"}}}',
    },
    templateSelectionExpression: "\\$default",
  },
  {
    responds: false,
    model: { type: "object", required: ["id", "text"], properties: { id: { type: "string" } } },
  },
);
ws.on("read", async () => JSON.stringify(await notes.get({ id: "1" })));
