import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { expect, test } from "vitest";
import { defaultLimits } from "../../src/model/defaults.ts";
import { limitRanges } from "../../src/model/ranges.ts";
import { compileTemplate, render } from "../../src/model/templates/template.ts";
import { start, type ConnectOptions, type TestApp } from "../../src/testing/index.ts";
import { pageFile, useGuidePages } from "./guide-page.ts";

const appOfPage = useGuidePages();

/** Status and message of a refused handshake. */
async function refusal(app: TestApp, options: ConnectOptions): Promise<unknown> {
  try {
    await app.connect(options);
    return "accepted";
  } catch (error) {
    const { status, body } = error as { readonly status: number; readonly body: string };
    return [status, (JSON.parse(body) as { readonly message: string }).message];
  }
}

test("the app on the page about who may connect does what the page says", async () => {
  const key = "the-key-of-the-partner";
  await using app = await start(await appOfPage("who-may-connect.md"), { environment: { PARTNER_KEY: key } });
  await app.table("people").put({ token: "a", name: "Ada", banned: false });
  await app.table("people").put({ token: "b", name: "Bo", banned: true });
  const ada = await app.connect({ query: { token: "a" } });
  ada.send("hello");
  expect(await ada.next()).toBe("Ada said hello");
  expect(await refusal(app, { query: { token: "b" } })).toEqual([
    403,
    "User is not authorized to access this resource with an explicit deny in an identity-based policy",
  ]);
  expect(await refusal(app, { query: { token: "c" } })).toEqual([401, "Unauthorized"]);
  expect(await refusal(app, {})).toEqual([401, "Unauthorized"]);

  const withKey = (value: string): ConnectOptions => ({ api: "prices", headers: { "x-api-key": value } });
  const partner = await app.connect(withKey(key));
  partner.send({ action: "buy" });
  expect(await partner.next()).toBe("Bought");
  partner.send({ action: "buy" });
  expect(await partner.next()).toContain('"message": "Too Many Requests"');
  const visits = [];
  for (let visit = 0; visit < 3; visit += 1)
    visits.push(await refusal(app, withKey("a-key-for-examples-only")));
  expect(visits).toEqual(["accepted", "accepted", [429, "Limit Exceeded"]]);
  expect(await refusal(app, { api: "prices" })).toEqual([403, "Forbidden"]);

  expect(await refusal(app, { api: "machines" })).toEqual([403, "Missing Authentication Token"]);
  expect(app.logs.filter(({ event }) => event === "gateway.access-refused")).toHaveLength(6);
});

test("the app on the page about the management API does what the page says", async () => {
  await using app = await start(await appOfPage("management-api.md"));
  const [ada, bo] = [await app.connect(), await app.connect()];
  ada.send("id?");
  const to = await ada.next();
  bo.send({ action: "deliver", to, text: "hello" });
  expect([await bo.next(), await ada.next()]).toEqual(["Delivered", "hello"]);

  const unsigned = await app.fetch(`/test/@connections/${encodeURIComponent(to)}`);
  expect([unsigned.status, await unsigned.json()]).toEqual([
    403,
    { message: "Missing Authentication Token" },
  ]);

  await ada.close();
  bo.send({ action: "deliver", to, text: "still there?" });
  expect(await bo.next()).toBe("They have left");
});

test("the app on the page about observing writes the access log that the page shows", async () => {
  await using app = await start(await appOfPage("observing.md"));
  const client = await app.connect();
  for (const action of ["echo", "fail", "nowhere"]) {
    client.send({ action });
    await client.next();
  }
  await client.close();
  const lines = () =>
    app.logs.filter(({ event }) => event === "access").map(({ fields }) => fields.message?.toString());
  await app.eventually(() => expect(lines()).toHaveLength(5));
  const page = await readFile(pageFile("observing.md"), "utf8");
  expect(page).toContain(`\`\`\`\n${lines().join("\n")}\n\`\`\``);
  const causes = app.logs.map(({ event }) => event).filter((event) => event !== "access");
  expect(causes).toEqual(["gateway.function-failed", "gateway.forbidden"]);
});

/** What the page's backend in Python does, and players. */
async function startBackend(): Promise<AsyncDisposable & { readonly url: string }> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === "GET") {
      const isKnown = request.url === "/players/Ada%2FLovelace";
      response.writeHead(isKnown ? 200 : 404).end('{"points": 7}');
      return;
    }
    const { row } = (await json(request)) as { readonly row: number };
    response.end(JSON.stringify({ player: request.headers["x-connection-id"], row }));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("the app on the page about integrations does what the page says", async () => {
  await using backend = await startBackend();
  const file = await appOfPage("integrations.md");
  await using app = await start(file, { environment: { BACKEND: backend.url } });
  const client = await app.connect();
  const ask = async (message: object): Promise<unknown> => {
    client.send(message);
    return client.nextJson();
  };
  const { pong } = (await ask({ action: "ping" })) as { readonly pong: string };
  expect(await ask({ action: "move", row: 2 })).toEqual({ player: pong, row: 2 });
  expect(await ask({ action: "score", player: "Ada/Lovelace" })).toEqual({ score: 7 });
  expect(await ask({ action: "score", player: "Bo" })).toEqual({ error: "There is no such player" });
  expect(await ask({ action: "join", name: "Ada" })).toEqual({ joined: true });
  expect(await app.rows("players")).toEqual([{ id: pong, name: "Ada" }]);
  expect(await ask({ action: "join", name: "A".repeat(21) })).toMatchObject({ message: "Bad request body" });
});

test("the app on the page about mapping templates does what the page says", async () => {
  await using app = await start(await appOfPage("mapping-templates.md"));
  const client = await app.connect();
  client.send({ action: "order", items: [{ name: 'the "best" tea' }, { name: "milk" }] });
  expect(await client.nextJson()).toEqual({ confirmed: '2 ordered: the "best" tea and milk' });
});

test("the templates on the page about mapping templates give what the page says", async () => {
  const page = await readFile(pageFile("mapping-templates.md"), "utf8");
  const { body = "", examples = "" } =
    /^For the message `(?<body>.*)`:\n\n```\n(?<examples>[\s\S]*?)^```$/m.exec(page)?.groups ?? {};
  const rows = examples
    .trimEnd()
    .split("\n")
    .map((line) => line.split("  →  "));
  expect(rows.length).toBeGreaterThan(10);
  const surroundings = { body, context: { stage: "dev" }, stageVariables: {} };
  const given = rows.map(([template = ""]) => [template, render(compileTemplate(template), surroundings)]);
  expect(given).toEqual(rows);
});

test("the app on the page about limits does what the page says", async () => {
  await using app = await start(await appOfPage("limits.md"));
  const client = await app.connect();
  client.send("x".repeat(262_144));
  expect(await client.nextJson()).toEqual({ bytes: 262_144 });
  client.send("x".repeat(262_145));
  expect(await client.closed).toMatchObject({ code: 1009 });
});

test("the page about limits has every limit of an API, with its default and its range", async () => {
  const page = await readFile(pageFile("limits.md"), "utf8");
  const number = (text: string): number => Number(text.replaceAll(",", ""));
  const rows = [...page.matchAll(/^\| `(\w+)` \| ([\d,]+) \| ([\d,]+) to ([\d,]+) \|/gm)].map(
    ([, name = "", unlessSaid = "", from = "", to = ""]) => [name, ...[unlessSaid, from, to].map(number)],
  );
  const limits = Object.entries(limitRanges).map(([name, { from, to }]) => [
    name,
    defaultLimits[name as keyof typeof limitRanges],
    from,
    to,
  ]);
  expect(rows).toEqual(expect.arrayContaining(limits));
});
