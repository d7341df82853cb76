import { start, type TestApp } from "holdfast/testing";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, startBrowser, type ExampleBrowser } from "../../test/browser.ts";

describe.skipIf(!hasBrowser)("the faces in a real browser", { timeout: 60_000 }, () => {
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

  /** How the faces of a tab stand, as a screen reader tells it. */
  const facesOf = (page: Page): Promise<string[]> =>
    page
      .getByRole("img")
      .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).alt).toSorted());
  const seen = (page: Page, faces: readonly string[]): Promise<void> =>
    app.eventually(async () => expect(await facesOf(page)).toEqual(faces), { timeoutMs: 10_000 });
  const upright = "A face, upright";

  test("three tabs show three faces; a turn shows in all; a closed tab's face goes", async () => {
    const first = await browser.open(app.http);
    const second = await browser.open(app.http, {
      viewport: { width: 320, height: 640 },
      colorScheme: "dark",
    });
    const third = await browser.open(app.http);
    for (const tab of [first, second, third]) await seen(tab, [upright, upright, upright]);
    expect(await second.evaluate(() => document.documentElement.scrollWidth)).toBe(320);

    await first.getByRole("button", { name: "Right", exact: true }).click();
    await second.getByRole("button", { name: "Left", exact: true }).click();
    for (const tab of [first, second, third])
      await seen(tab, ["A face, turned left", "A face, turned right", upright]);
    const picture = third.getByRole("img", { name: "A face, turned right" });
    expect(await picture.evaluate((image: HTMLElement) => [image.style.rotate, image.clientWidth])).toEqual([
      "90deg",
      96,
    ]);

    // Who comes later sees the world as it is.
    const fourth = await browser.open(app.http);
    await seen(fourth, ["A face, turned left", "A face, turned right", upright, upright]);
    await fourth.close();

    await second.close();
    for (const tab of [first, third]) await seen(tab, ["A face, turned right", upright]);
    expect(await first.locator("#count").textContent()).toBe("2 are here.");

    await first.getByRole("button", { name: "Upright", exact: true }).click();
    for (const tab of [first, third]) await seen(tab, [upright, upright]);
    await third.close();
    await seen(first, [upright]);
    expect(await first.locator("#count").textContent()).toBe("Only you are here.");
    expect(browser.faults).toEqual([]);
  });

  test("a page keeps up with 200 who come and leave at once", async () => {
    const page = await browser.open(app.http);
    const clients = await Promise.all(Array.from({ length: 199 }, () => app.connect()));
    for (const client of clients) client.send({ action: "connected" });
    await page.getByText(/^\d{3} are here\.$/).waitFor();
    await Promise.all(clients.map((client) => client.close()));
    await app.eventually(
      async () => expect((await facesOf(page)).length).toBe((await app.rows("data")).length),
      { timeoutMs: 10_000 },
    );
    await page.close();
    expect(browser.faults).toEqual([]);
  });
});
