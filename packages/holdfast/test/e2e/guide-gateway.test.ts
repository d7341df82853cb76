import { expect, test } from "vitest";
import { start, type ConnectOptions, type TestApp } from "../../src/testing/index.ts";
import { useGuidePages } from "./guide-page.ts";

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
