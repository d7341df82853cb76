import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { start, type ConnectOptions, type TestApp } from "../../src/testing/index.ts";

const partnerKey = "the-key-of-the-partner";
let app: TestApp;

beforeAll(async () => {
  app = await start(new URL("../apps/access/app.ts", import.meta.url), {
    environment: { PARTNER_KEY: partnerKey },
  });
});

afterAll(() => app.stop());

/** Status and message of a refused handshake. */
async function refusal(options: ConnectOptions): Promise<unknown> {
  try {
    await app.connect(options);
    return "accepted";
  } catch (error) {
    const { status, body } = error as { readonly status: number; readonly body: string };
    return [status, (JSON.parse(body) as { readonly message: string }).message];
  }
}

describe("an authorizer", () => {
  test("lets in, and what it gives comes to handlers as texts", async () => {
    const client = await app.connect({ query: { token: "root" }, headers: { "x-probe": "probe" } });
    client.send("hello");
    const principal = expect.stringMatching(/^0 probe \S+ \$connect$/) as string;
    expect(await client.nextJson()).toEqual({ user: "root", admin: "true", principal });
    client.send({ action: "event" });
    expect(await client.nextJson()).toMatchObject({
      eventType: "MESSAGE",
      authorizer: { user: "root", admin: "true", principalId: principal },
    });
  });

  const denied =
    "User is not authorized to access this resource with an explicit deny in an identity-based policy";
  test.each<[string, unknown]>([
    ["false", [403, denied]],
    ["denied", [403, denied]],
    ["bad", [401, "Unauthorized"]],
    ["broken", [500, "Internal server error"]],
    ["", [401, "Unauthorized"]],
  ])("refuses the token %j as API Gateway does", async (token, answer) => {
    expect(await refusal({ query: { token } })).toEqual(answer);
  });

  test("that returns nonsense is told what is wrong", () => {
    expect(app.logs.map(({ fields }) => fields.message)).toContainEqual(
      expect.stringContaining('The authorizer returned a context whose "user" is neither text nor number'),
    );
  });
});

describe("API keys", () => {
  const withKey = (key: string): ConnectOptions => ({ api: "feed", headers: { "x-api-key": key } });

  test("open the API up to their quota, from a secret or from the app", async () => {
    await app.connect(withKey(partnerKey));
    await app.connect(withKey(partnerKey));
    expect(await refusal(withKey(partnerKey))).toEqual([429, "Limit Exceeded"]);
    await app.connect(withKey("guest-key-for-examples"));
    expect(await refusal({ api: "feed" })).toEqual([403, "Forbidden"]);
    expect(await refusal(withKey("partner"))).toEqual([403, "Forbidden"]);
  });

  test("are neither in the model nor in the log when they are secrets", () => {
    expect(JSON.stringify([app.model, app.logs])).not.toContain(partnerKey);
    expect(app.logs.map(({ fields }) => fields.message)).toContainEqual(
      expect.stringContaining('The API key "nobody" opens nothing'),
    );
  });

  test("go to all APIs that ask for one, in the model", () => {
    expect(app.model.usagePlans).toEqual([
      { name: "default", keys: ["guest", "nobody"], apis: ["feed", "page"] },
      { name: "few", keys: ["partner"], apis: ["feed", "page"], quota: { requests: 2, period: "month" } },
    ]);
  });

  test("may come from the authorizer", async () => {
    await app.connect({ api: "page", query: { key: "guest-key-for-examples" } });
    expect(await refusal({ api: "page", query: { key: "another" } })).toEqual([403, "Forbidden"]);
    expect(await refusal({ api: "page", headers: { "x-api-key": "guest-key-for-examples" } })).toEqual([
      403,
      "Forbidden",
    ]);
  });

  test("leave messages to their routes' throttling", async () => {
    const client = await app.connect(withKey("guest-key-for-examples"));
    client.send({ action: "burst" });
    expect(await client.next()).toBe("heard");
    client.send({ action: "burst" });
    expect(await client.next()).toContain('"message": "Too Many Requests"');
  });
});

test("IAM turns away who does not sign", async () => {
  expect(await refusal({ api: "signed" })).toEqual([403, "Missing Authentication Token"]);
});
