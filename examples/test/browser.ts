import { chromium, type BrowserContextOptions, type Page } from "playwright-core";
import { chromiumPath } from "../../packages/holdfast/test/setup/chromium.ts";

export const hasBrowser = chromiumPath() !== undefined;

export interface ExampleBrowser {
  /** Opens a page in a window of its own, as small or dark as said. */
  open(url: string, options?: BrowserContextOptions): Promise<Page>;
  /** What scripts threw, or wrote to the console as an error. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** A real browser for an example's page. */
export async function startBrowser(): Promise<ExampleBrowser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath() ?? "",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
  const faults: string[] = [];
  return {
    faults,
    async open(url, options = {}) {
      const page = await browser.newPage(options);
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => void (message.type() === "error" && faults.push(message.text())));
      await page.goto(url);
      return page;
    },
    close: () => browser.close(),
  };
}
