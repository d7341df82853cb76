import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { makeFolder, removeFolder, startDev } from "../../../packages/holdfast/test/support/holdfast.ts";
import { hasBrowser, startBrowser } from "../../test/browser.ts";

const relay = fileURLToPath(new URL("../", import.meta.url));

describe.skipIf(!hasBrowser)("the relay's page in a real browser", { timeout: 60_000 }, () => {
  test("it says when the connection is lost, keeps what cannot be sent, and comes back by itself", async () => {
    const folder = await makeFolder({});
    for (const name of ["app.ts", "public"]) await cp(relay + name, `${folder}/${name}`, { recursive: true });
    const browser = await startBrowser();
    let running = await startDev(folder);
    try {
      const page = await browser.open(running.ready.http, { viewport: { width: 320, height: 640 } });
      const status = page.getByRole("status");
      await status.and(page.locator("[data-state=open]")).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);

      await running.stop("SIGKILL");
      await status.and(page.locator("[data-state=lost]")).waitFor();
      expect(await status.textContent()).toBe("connection lost, trying again …");
      await page.keyboard.type("kept"); // the field has the focus
      await page.keyboard.press("Enter");
      expect(await page.getByRole("listitem").count()).toBe(0);

      running = await startDev(folder, "--port", new URL(running.ready.http).port);
      await status.and(page.locator("[data-state=open]")).waitFor();
      await page.keyboard.press("Enter");
      expect(await page.getByRole("log").getByRole("listitem").allTextContents()).toEqual(["kept"]);
    } finally {
      await browser.close();
      await running.stop();
      await removeFolder(folder);
    }
  });
});
