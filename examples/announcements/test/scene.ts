import type { PlayScene } from "../../test/scene.ts";

export const play: PlayScene = async (app, open) => {
  const page = await open();
  await page.locator("#status[data-state=open]").waitFor();
  for (const message of ["Good news, everyone!", "The crew leaves at noon; bring something warm."]) {
    await page.getByRole("textbox").fill(message);
    await page.keyboard.press("Enter");
    await page.getByText(message).waitFor();
  }
  await app.publish("announcements", '{"hello": "world"}');
  await page.getByText('{"hello": "world"}').waitFor();
  return page;
};
