import { start, type TestApp } from "holdfast/testing";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, startBrowser, type ExampleBrowser } from "../../test/browser.ts";

describe.skipIf(!hasBrowser)("the chat's page in a real browser", { timeout: 60_000 }, () => {
  let app: TestApp;
  let browser: ExampleBrowser;

  beforeAll(async () => {
    app = await start(new URL("../app.ts", import.meta.url));
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  const join = async (page: Page, name: string, age = ""): Promise<void> => {
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByLabel("Age, if you like").fill(age);
    await page.getByRole("button", { name: "Connect", exact: true }).click();
  };
  const messages = (page: Page): Promise<string[]> =>
    page.getByRole("log").getByRole("listitem").allTextContents();

  test("two people talk, one with the keyboard alone, on a narrow and dark screen", async () => {
    const ann = await browser.open(app.http);
    await join(ann, "Ann", "20");
    await ann.locator("#status[data-state=open]").waitFor();

    const bob = await browser.open(app.http, { viewport: { width: 320, height: 640 }, colorScheme: "dark" });
    await bob.keyboard.type("Bob"); // the field has the focus
    await bob.keyboard.press("Enter");
    await bob.locator("#status[data-state=open]").waitFor();
    await bob.keyboard.type("hello <b>all</b>"); // and so has the message's, once connected
    await bob.keyboard.press("Enter");

    await ann.getByText("Bob: hello <b>all</b>").waitFor();
    expect(await messages(ann)).toEqual([
      "Hi Ann! You have succesfully connected to the chat",
      "Bob connected to chat",
      "Bob: hello <b>all</b>",
    ]);
    expect(await bob.locator(".sent").allTextContents()).toEqual(["Bob: hello <b>all</b>"]);
    expect(await bob.evaluate(() => document.documentElement.scrollWidth)).toBe(320);

    await bob.getByRole("button", { name: "Disconnect" }).click();
    await ann.getByText("Bob left the chat").waitFor();
    expect(await bob.getByRole("status").textContent()).toBe("disconnected");
    await ann.close();
    await bob.close();
    expect(browser.faults).toEqual([]);
  });

  test("the reason of a disconnect is shown, and the next try goes without a reload", async () => {
    const holder = await app.connect({ params: { username: "Cem" } });
    const page = await browser.open(app.http);
    await join(page, "Cem");
    await page.getByText("disconnected: Username already exists. (1003)").waitFor();

    await holder.close();
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByText("Hi Cem!").waitFor();
    await page.close();
    expect(browser.faults).toEqual([]);
  });
});
