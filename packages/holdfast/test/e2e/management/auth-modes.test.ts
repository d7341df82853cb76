import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import {
  makeFolder,
  openClient,
  removeFolder,
  runHoldfast,
  startDev,
  type DevProcess,
} from "../../support/holdfast.ts";

let folder = "";
let running: DevProcess | undefined;

afterEach(async () => {
  if (running?.child.exitCode === null) await running.stop("SIGKILL");
  running = undefined;
  await removeFolder(folder);
});

const app = `import { App } from "holdfast";
const app = new App("auth");
export default app;
const ws = app.websocket();
ws.onOpen(async ({ connectionId, reply }) => { await reply(connectionId); });
`;

async function dev(
  ...flags: string[]
): Promise<{ id: string; endpoint: string; next: () => Promise<string> }> {
  folder = await makeFolder({
    "app.ts": app,
    "keys.json": JSON.stringify([
      {
        accessKeyId: "READER",
        secretAccessKey: "s1",
        policy: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: "execute-api:ManageConnections",
              Resource: "arn:aws:execute-api:*:*:*/*/GET/*",
            },
          ],
        },
      },
      { accessKeyId: "ADMIN", secretAccessKey: "s2" },
    ]),
  });
  running = await startDev(folder, ...flags);
  const client = await openClient(running.url);
  const id = String(await client.next());
  return { id, endpoint: running.url.replace("ws:", "http:"), next: () => client.next() };
}

async function post(
  endpoint: string,
  id: string,
  accessKeyId: string,
  secretAccessKey: string,
): Promise<string> {
  const sdk = new ApiGatewayManagementApiClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey },
  });
  try {
    await sdk.send(new PostToConnectionCommand({ ConnectionId: id, Data: "hello" }));
    return "sent";
  } catch (error) {
    return (error as Error).name;
  }
}

const unsigned = async (endpoint: string, id: string): Promise<number> =>
  (await fetch(`${endpoint}/@connections/${encodeURIComponent(id)}`, { method: "POST", body: "hello" }))
    .status;

test("unless told otherwise, any key is taken, and nothing unsigned", async () => {
  const { id, endpoint, next } = await dev();
  expect(await post(endpoint, id, "ANY", "thing")).toBe("sent");
  expect(await next()).toBe("hello");
  expect(await unsigned(endpoint, id)).toBe(403);
});

test("--no-auth takes unsigned calls too", async () => {
  const { id, endpoint, next } = await dev("--no-auth");
  expect(await unsigned(endpoint, id)).toBe(200);
  expect(await next()).toBe("hello");
});

test("--strict-auth takes the credentials of the environment and of the file, each as far as its policy goes", async () => {
  const { id, endpoint, next } = await dev("--strict-auth", "--credentials", "keys.json");
  expect(await post(endpoint, id, "ADMIN", "s2")).toBe("sent");
  expect(await next()).toBe("hello");
  const own = [
    process.env.AWS_ACCESS_KEY_ID ?? "holdfast",
    process.env.AWS_SECRET_ACCESS_KEY ?? "holdfast",
  ] as const;
  expect(await post(endpoint, id, ...own)).toBe("sent");
  expect(await post(endpoint, id, "ADMIN", "wrong")).toBe("InvalidSignatureException");
  expect(await post(endpoint, id, "NOBODY", "s2")).toBe("UnrecognizedClientException");
  expect(await post(endpoint, id, "READER", "s1")).toBe("AccessDeniedException");
  expect(await unsigned(endpoint, id)).toBe(403);
});

test("credentials that cannot be read, and flags that contradict each other, are the user's mistakes", async () => {
  folder = await makeFolder({ "app.ts": app, "keys.json": '[{"accessKeyId": "A"}]' });
  const run = (...flags: string[]) => runHoldfast(["dev", "--port", "0", ...flags], folder);
  const broken = await run("--strict-auth", "--credentials", "keys.json");
  expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining("CREDENTIALS_INVALID")]);
  await writeFile(path.join(folder, "keys.json"), "{");
  expect((await run("--strict-auth", "--credentials", "keys.json")).stderr).toContain("CREDENTIALS_INVALID");
  expect((await run("--credentials", "keys.json")).stderr).toContain("OPTION_INVALID");
  expect((await run("--strict-auth", "--no-auth")).code).toBe(1);
});
