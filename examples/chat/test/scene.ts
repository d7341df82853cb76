import type { PlayScene } from "../../test/scene.ts";

export const play: PlayScene = async (app, open) => {
  const page = await open();
  await page.getByLabel("Name", { exact: true }).fill("Ann");
  await page.getByLabel("Age, if you like").fill("20");
  await page.keyboard.press("Enter");
  await page.getByText("Hi Ann!").waitFor();

  const bob = await app.connect({ params: { username: "Bob" }, query: { age: "34" } });
  const cem = await app.connect({ params: { username: "Cem" } });
  await page.getByText("Cem connected").waitFor();
  bob.send("Good morning! Is the tide in?");
  await page.getByText("Is the tide in?").waitFor();
  await page.getByPlaceholder("Type a message").fill("Out, until noon. The seaweed holds on.");
  await page.keyboard.press("Enter");
  await page.getByText("Ann: Out").waitFor();
  await cem.close();
  await page.getByText("Cem left the chat").waitFor();
  return page;
};
