import { afterEach, expect, test } from "vitest";
import { makeFolder, removeFolder, runHoldfast, startDev, type DevProcess } from "../../support/holdfast.ts";

let folder = "";
let running: DevProcess | undefined;

afterEach(async () => {
  await running?.stop("SIGKILL");
  running = undefined;
  await removeFolder(folder);
});

test("holdfast connect trusts the authority of the folder's own app, and no other does without it", async () => {
  folder = await makeFolder({
    "app.ts": `import { App } from "holdfast";
const app = new App("secure");
export default app;
app.websocket().onMessage(({ text }) => text.toUpperCase());
`,
  });
  running = await startDev(folder);
  const url = running.url.replace("ws:", "wss:");
  const connect = (cwd: string) => runHoldfast(["connect", url, "-x", "hello", "--count", "1"], cwd);

  expect(await connect(folder)).toMatchObject({ code: 0, stdout: "HELLO\n" });
  const elsewhere = await makeFolder({});
  expect(await connect(elsewhere)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("CONNECT_FAILED"),
  });
  await removeFolder(elsewhere);
});
