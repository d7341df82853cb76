import type { PlayScene } from "../../test/scene.ts";

export const play: PlayScene = async (app, open) => {
  const page = await open();
  const other = await app.connect();
  await page.locator("#status[data-state=open]").waitFor();
  await page.getByRole("button", { name: "New game" }).click();
  const link = await page.getByRole("link").getAttribute("href");
  const id = new URL(link ?? "").searchParams.get("game");
  other.send({ type: "join", id });
  await other.next();
  for (const [index, answer] of [
    [4, "0,0"],
    [2, "2,0"],
  ] as const) {
    await page.locator("#news", { hasText: "Your turn" }).waitFor();
    await page.locator("#board button").nth(index).click();
    await other.next();
    other.send({ type: "play", id, tile: answer });
  }
  await page.locator("#news", { hasText: "row 3, column 1" }).waitFor();
  return page;
};
