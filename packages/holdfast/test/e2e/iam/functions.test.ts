import { afterEach, expect, test } from "vitest";
import { runExistingApp, send, type ExistingApp } from "../existing-apps/existing-app.ts";
import { openClient, type Client } from "../../support/holdfast.ts";

const role = "arn:aws:sts::000000000000:assumed-role/DoRole/do";
const notes = "arn:aws:dynamodb:us-east-1:000000000000:table/notes";

async function open(...args: string[]): Promise<{
  readonly app: ExistingApp;
  readonly client: Client;
  readonly does: (call: string, on?: string) => Promise<string>;
}> {
  const app = await runExistingApp("iam-notes", ...args);
  const url = app.ready.websockets.find(({ name }) => name === "notes")?.url ?? "";
  const client = await openClient(url);
  clients.push(client);
  return {
    app,
    client,
    does: (call, on) => {
      send(client, { action: "do", call, on });
      return client.next(20_000);
    },
  };
}

const clients: Client[] = [];
afterEach(() => {
  for (const { socket } of clients.splice(0)) socket.terminate();
});

function refused(error: string, action: string, resource: string, why?: string): string {
  const reason = why ?? `because no identity-based policy allows the ${action} action`;
  return `${error}: User: ${role} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
}

test("a function does what its role allows, and hears AWS's refusal of the rest", async () => {
  const { app, does } = await open();
  expect(await does("whoami")).toBe(role);
  expect(await does("get", "ben")).toBe("done");
  // Under a condition on the item's key.
  expect(await does("put", "ann")).toBe("done");
  expect(await does("put", "ben")).toBe(refused("AccessDeniedException 400", "dynamodb:PutItem", notes));
  expect(await does("transact", "ann's")).toBe("done");
  expect(await does("transact", "ben")).toBe(refused("AccessDeniedException 400", "dynamodb:PutItem", notes));
  // Allowed by one statement, and denied by another.
  expect(await does("delete", "ann")).toBe("done");
  expect(await does("delete", "kept")).toBe(
    refused(
      "AccessDeniedException 400",
      "dynamodb:DeleteItem",
      notes,
      "with an explicit deny in an identity-based policy",
    ),
  );
  expect(await does("parameter", "/secret/thing")).toBe(
    refused(
      "AccessDeniedException 400",
      "ssm:GetParameter",
      "arn:aws:ssm:us-east-1:000000000000:parameter/secret/thing",
    ),
  );
  expect(await does("invoke", "locked")).toBe(
    refused(
      "AccessDeniedException 403",
      "lambda:InvokeFunction",
      "arn:aws:lambda:us-east-1:000000000000:function:locked",
    ),
  );
  const { message, hint } = await app.line(({ action }) => action === "dynamodb:PutItem");
  expect(message).toBe(
    `Function "do" may not do dynamodb:PutItem on ${notes}: its role's policies allow it under conditions that are not met`,
  );
  expect(hint).toContain(
    `{ "Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "${notes}" }, or with SAM: DynamoDBCrudPolicy: { TableName: notes }`,
  );
  expect(
    app.lines.filter(({ event, action }) => event === "iam.denied" && action === "dynamodb:PutItem"),
  ).toHaveLength(1);
});

test("a queue's own policy lets a role in, and keeps it out", async () => {
  const { does } = await open();
  expect(await does("sendOpen")).toBe("done");
  expect(await does("purgeClosed")).toBe("done");
  const queue = "arn:aws:sqs:us-east-1:000000000000";
  expect(await does("sendClosed")).toContain(
    refused("AccessDenied 403", "sqs:sendmessage", `${queue}:closed`).slice("AccessDenied 403: ".length),
  );
  expect(await does("purgeOpen")).toContain(
    `on resource: ${queue}:open with an explicit deny in a resource-based policy`,
  );
});

test("a queue whose policy does not let a topic in gets nothing of it, and the log says what to add", async () => {
  const { app, does } = await open();
  expect(await does("publish", "hello")).toBe("done");
  expect(await does("receiveClosed")).toBe("nothing");
  const { message, hint } = await app.line(({ event }) => event === "iam.delivery-refused");
  expect(message).toBe("The queue closed gets nothing from the topic news: it has no policy");
  expect(hint).toContain(
    '"Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:us-east-1:000000000000:news"}}',
  );
});

test("a bucket's policy denies what the role allows, and what is not there is not told to whom may not list", async () => {
  const { does } = await open();
  const bucket = "arn:aws:s3:::iam-photos";
  expect(await does("putPhoto", "hidden/a")).toBe("done");
  expect(await does("putPhoto", "b")).toBe(refused("AccessDenied 403", "s3:PutObject", `"${bucket}/b"`));
  expect(await does("getPhoto", "hidden/a")).toBe(
    refused(
      "AccessDenied 403",
      "s3:GetObject",
      `"${bucket}/hidden/a"`,
      "with an explicit deny in a resource-based policy",
    ),
  );
  expect(await does("getPhoto", "none")).toBe(refused("AccessDenied 403", "s3:ListBucket", `"${bucket}"`));
});

test("a handshake whose function nobody may invoke ends with 500", async () => {
  const { app } = await open();
  for (const name of ["shut", "guarded"]) {
    const url = app.ready.websockets.find((one) => one.name === name)?.url ?? "";
    await expect(openClient(url)).rejects.toThrow("500");
  }
  const hints = app.lines.filter(({ event }) => event === "iam.permission-missing").map(({ hint }) => hint);
  expect(hints.join("\n")).toMatch(/\/authorizers\/Guard"/);
});

test("@connections asks for the role's permission, by the template of its path", async () => {
  const { does } = await open();
  expect(await does("describe")).toMatch(
    /^AccessDeniedException 403: User: .*\/do is not authorized to perform: execute-api:ManageConnections on resource: arn:aws:execute-api:us-east-1:\*{8}0000:\w+\/live\/GET\/@connections\/\{connectionId\} because no identity-based policy allows the execute-api:ManageConnections action$/,
  );
});

test("a route whose API may not invoke its function fails as on AWS, and the log says what is missing", async () => {
  const { app, client } = await open();
  send(client, { action: "locked", call: "whoami" });
  expect(JSON.parse(await client.next())).toMatchObject({ message: "Internal server error" });
  const warning = await app.line(({ event }) => event === "iam.permission-missing");
  expect(warning.message).toMatch(
    /^Function "locked" has no permission that lets apigateway\.amazonaws\.com invoke it for the route locked \(arn:aws:execute-api:.*\/live\/locked\)$/,
  );
  expect(warning.hint).toContain('"Type": "AWS::Lambda::Permission"');
  await app.line(({ code }) => code === "INVOKE_NOT_PERMITTED");
});

test("--no-iam lets everything", async () => {
  const { client, does } = await open("--no-iam");
  expect(await does("put", "ben")).toBe("done");
  expect(await does("describe")).toBe("done");
  send(client, { action: "locked", call: "whoami" });
  expect(await client.next(20_000)).toBe("arn:aws:sts::000000000000:assumed-role/LockedRole/locked");
  expect(await does("publish", "hello")).toBe("done");
  expect(await does("receiveClosed")).toBe("hello");
});

test("--strict-auth takes the keys that functions have", async () => {
  const { does } = await open("--strict-auth");
  expect(await does("get", "ben")).toBe("done");
  expect(await does("put", "ben")).toContain("is not authorized to perform: dynamodb:PutItem");
});
