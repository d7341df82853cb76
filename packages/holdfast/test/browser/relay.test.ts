import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath } from "../setup/chromium.ts";
import { makeFolder, removeFolder, startDev, type DevProcess } from "../support/holdfast.ts";
import { fileURLToPath } from "node:url";

const executablePath = chromiumPath();
const relay = fileURLToPath(new URL("../../../../examples/relay/", import.meta.url));

describe.skipIf(executablePath === undefined)("the relay's page in a real browser", () => {
  let folder: string;
  let profile: string;
  let app: DevProcess;
  let browser: Browser | undefined;
  let context: BrowserContext;

  beforeAll(async () => {
    folder = await makeFolder({});
    await cp(path.join(relay, "app.ts"), path.join(folder, "app.ts"));
    await cp(path.join(relay, "public"), path.join(folder, "public"), { recursive: true });
    app = await startDev(folder);
    profile = await mkdtemp(path.join(tmpdir(), "holdfast-browser-"));
    context = await chromium.launchPersistentContext(profile, {
      executablePath: executablePath ?? "",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    browser = context.browser() ?? undefined;
  });

  afterAll(async () => {
    await context?.close();
    await browser?.close();
    await app?.stop();
    await rm(profile, { recursive: true, force: true });
    await removeFolder(folder);
  });

  const open = async (): Promise<{ page: Page; faults: string[] }> => {
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => void (message.type() === "error" && faults.push(message.text())));
    await page.goto(app.ready.http);
    await page.locator("#status[data-state=open]").waitFor();
    return { page, faults };
  };

  test("what one tab sends shows in the other, through a reload of the code and the departure of a tab", async () => {
    const first = await open();
    const second = await open();
    await first.page.getByRole("textbox").fill("hello <b>there</b>");
    await first.page.getByRole("button", { name: "Send" }).click();

    const received = second.page.locator("#messages .received");
    await received.waitFor();
    expect(await received.allTextContents()).toEqual(["hello <b>there</b>"]);
    expect(await first.page.locator("#messages .sent").allTextContents()).toEqual(["hello <b>there</b>"]);
    expect(await first.page.locator("#messages .received").count()).toBe(0);
    expect(await first.page.locator("#status").textContent()).toBe(`connected to ${app.url}`);

    const source = await readFile(path.join(folder, "app.ts"), "utf8");
    await writeFile(
      path.join(folder, "app.ts"),
      source.replace("ws.send(other.connectionId, text)", 'ws.send(other.connectionId, text + "!")'),
    );
    await app.line((line) => line.event === "reloaded");
    await first.page.getByRole("textbox").fill("reloaded");
    await first.page.keyboard.press("Enter");
    await received.nth(1).waitFor();
    expect(await received.allTextContents()).toEqual(["hello <b>there</b>", "reloaded!"]);

    await second.page.close();
    await first.page.getByRole("textbox").fill("alone");
    await first.page.keyboard.press("Enter");
    expect(await first.page.locator("#messages .sent").allTextContents()).toEqual([
      "hello <b>there</b>",
      "reloaded",
      "alone",
    ]);
    expect(first.faults).toEqual([]);
    await first.page.close();
  });
});
