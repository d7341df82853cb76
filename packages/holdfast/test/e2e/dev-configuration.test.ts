import { afterEach, expect, test } from "vitest";
import { makeFolder, removeFolder, runHoldfast, startDev } from "../support/holdfast.ts";

const app = `import { App } from "holdfast";
const app = new App("configured");
export default app;
app.websocket().onMessage(({ text }) => text);
`;

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await makeFolder({ "chat/app.ts": app, ...files });
  opened.push(() => removeFolder(folder));
  return folder;
}

test("dev --config takes the app, the stage and metrics from the file, and options win", async () => {
  const file = "app: chat/app.ts\nport: 1\nstage: filed\nmetrics: { enabled: true }\n";
  const folder = await folderWith({ "laptop.yaml": file });
  const dev = await startDev(folder, "--config", "laptop.yaml");
  opened.push(() => dev.stop("SIGKILL"));
  expect(new URL(dev.url).pathname).toBe("/filed");
  expect((await fetch(new URL("metrics", dev.ready.http))).status).toBe(200);
});

test("dev leaves a holdfast.yaml beside the app alone", async () => {
  const folder = await folderWith({ "chat/holdfast.yaml": "stage: production\nhost: 0.0.0.0\nwrong: 1\n" });
  const dev = await startDev(folder, "chat");
  opened.push(() => dev.stop("SIGKILL"));
  expect(new URL(dev.url).pathname).toBe("/dev");
});

test("dev --config shows all mistakes of the file", async () => {
  const folder = await folderWith({ "laptop.yaml": "port: x\nstge: y\n" });
  const { code, stderr } = await runHoldfast(["dev", "chat", "--config", "laptop.yaml"], folder);
  expect(code).toBe(1);
  expect(stderr).toContain('✖ port cannot be "x" (CONFIGURATION_INVALID)\n  laptop.yaml:1:7\n');
  expect(stderr).toContain("laptop.yaml:2:1\n  Did you mean stage?");
});
