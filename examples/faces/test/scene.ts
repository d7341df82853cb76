import type { PlayScene } from "../../test/scene.ts";

export const play: PlayScene = async (app, open) => {
  const page = await open();
  await page.getByText("Only you are here.").waitFor();
  for (const direction of [0, 90, 0, 0, -90, 0, 90]) {
    const client = await app.connect();
    client.send({ action: "connected" });
    client.send({ action: "rotate", direction });
    await client.next();
  }
  await page.getByText("8 are here.").waitFor();
  await page.getByRole("img", { name: "turned right" }).nth(1).waitFor();
  return page;
};
