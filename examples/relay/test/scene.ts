import type { PlayScene } from "../../test/scene.ts";

export const play: PlayScene = async (app, open) => {
  const page = await open();
  await page.locator("#status[data-state=open]").waitFor();
  const other = await app.connect();
  const say = async (text: string): Promise<void> => {
    await page.getByRole("textbox").fill(text);
    await page.keyboard.press("Enter");
    await other.next();
  };
  const hear = async (text: string): Promise<void> => {
    other.send(text);
    await page.getByText(text).waitFor();
  };
  await hear("Is anybody there?");
  await say("I am. This went to you and to nobody else, because nobody else is here.");
  await hear('{"text": "JSON goes as it is, too"}');
  await say("So it does.");
  return page;
};
