/**
 * Makes the pictures of the examples' READMEs: `npm run screenshots`, or `npm run screenshots chat` for some. An
 * example that wants one has a `test/scene.ts`, which says what happens on its page before the picture is taken.
 */
import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { start } from "holdfast/testing";
import { startBrowser } from "./test/browser.ts";
import type { PlayScene } from "./test/scene.ts";

const largestBytes = 61_440;
const view = { viewport: { width: 720, height: 520 }, reducedMotion: "reduce" } as const;

const here = new URL("./", import.meta.url);
const wanted = process.argv.slice(2);
const examples = wanted.length > 0 ? wanted : await readdir(here);
const browser = await startBrowser();
for (const example of examples)
  if (existsSync(new URL(`${example}/test/scene.ts`, here))) await takePicture(example);
await browser.close();

async function takePicture(example: string): Promise<void> {
  const { play } = (await import(new URL(`${example}/test/scene.ts`, here).href)) as { play: PlayScene };
  const app = await start(new URL(`${example}/app.ts`, here));
  try {
    const page = await play(app, () => browser.open(app.http, view));
    const picture = await page.screenshot();
    if (picture.length > largestBytes)
      throw new Error(`The picture of ${example} has ${picture.length} bytes; ${largestBytes} are the most`);
    await writeFile(new URL(`${example}/screenshot.png`, here), picture);
    console.log(`${example}/screenshot.png  ${picture.length} bytes`);
  } finally {
    await app.stop();
  }
}
