import { start, type TestApp } from "holdfast/testing";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, startBrowser, type ExampleBrowser } from "../../test/browser.ts";

describe.skipIf(!hasBrowser)("the page in a real browser", { timeout: 60_000 }, () => {
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

  const news = (page: Page, text: string): Promise<void> =>
    page.locator("#news").filter({ hasText: text }).waitFor();
  const tile = (page: Page, row: number, column: number) =>
    page.getByRole("button", { name: `row ${row}, column ${column}` });

  test("two pages play, the second by the first one's link, at a phone's width and by keyboard", async () => {
    const x = await browser.open(app.http, { viewport: { width: 320, height: 640 } });
    await x.locator("#status[data-state=open]").waitFor();
    await x.getByRole("button", { name: "New game" }).click();
    const link = await x.getByRole("link").getAttribute("href");
    const o = await browser.open(link ?? "", { colorScheme: "dark" });

    await news(o, "Waiting for opponent to play");
    await news(x, "Your turn: you are x.");
    expect(await x.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    await x.keyboard.press("Enter"); // the first tile has the focus
    await news(o, "The other player took row 1, column 1. Your turn: you are o.");
    await tile(o, 1, 1).click({ force: true }); // taken
    await tile(o, 2, 2).click();
    await tile(o, 3, 3).click({ force: true }); // not its turn any more
    await tile(x, 1, 2).click();
    await tile(o, 3, 3).click();
    await tile(x, 1, 3).click();

    await news(x, "You win!");
    await news(o, "You lose.");
    expect(await o.locator("#board button").allTextContents()).toEqual([
      "×",
      "×",
      "×",
      "",
      "○",
      "",
      "",
      "",
      "○",
    ]);
    expect(browser.faults).toEqual([]);
  });

  test("a page plays with any other client, and says when that one leaves", async () => {
    const page = await browser.open(app.http);
    const other = await app.connect();
    other.send({ type: "start" });
    const { id } = await other.nextJson<{ id: string }>();
    await page.locator("#status[data-state=open]").waitFor();
    await page.getByLabel("Id of a game").fill(id);
    await page.keyboard.press("Enter");
    expect(await other.nextJson()).toEqual({ type: "join", id });
    other.send({ type: "play", id, tile: "1,1" });
    await news(page, "Your turn");
    await tile(page, 1, 3).click();
    expect(await other.next()).toBe(`{"type":"play","id":"${id}","tile":"0,2"}`);
    await other.close();
    await news(page, "The other player has left the game.");
    await page.getByRole("button", { name: "New game" }).waitFor();
  });

  test("a page says what is wrong with the game it is to join", async () => {
    const page = await browser.open(`${app.http}?game=nowhere`);
    await news(page, "There is no such game.");
    const [ann, bob] = [await app.connect(), await app.connect()];
    ann.send({ type: "start" });
    const { id } = await ann.nextJson<{ id: string }>();
    bob.send({ type: "join", id });
    await bob.next();
    await page.getByLabel("Id of a game").fill(id);
    await page.getByRole("button", { name: "Join" }).click();
    await news(page, "This game has two players already.");
    expect(browser.faults).toEqual([]);
  });
});
