import { start } from "holdfast/testing";
import { describe, expect, test } from "vitest";
import { hasBrowser, startBrowser } from "../../test/browser.ts";

describe.skipIf(!hasBrowser)("the page in a real browser", { timeout: 60_000 }, () => {
  test("what is announced and what is published show in every tab", async () => {
    await using app = await start(new URL("../app.ts", import.meta.url));
    const browser = await startBrowser();
    try {
      const pages = [
        await browser.open(app.http, { viewport: { width: 320, height: 640 } }),
        await browser.open(app.http),
      ];
      for (const page of pages) await page.locator("#status[data-state=open]").waitFor();
      await pages[0]?.getByRole("textbox").fill("Good news, <b>everyone</b>!");
      await pages[0]?.keyboard.press("Enter");
      for (const page of pages) await page.getByText("Good news, <b>everyone</b>!").waitFor();
      await app.publish("announcements", { hello: "world" });
      for (const page of pages) await page.getByText('{"hello":"world"}').waitFor();
      for (const page of pages) expect(await page.getByRole("listitem").count()).toBe(2);
      expect(await pages[0]?.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
      expect(browser.faults).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
