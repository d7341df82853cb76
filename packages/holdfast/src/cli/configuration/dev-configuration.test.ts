import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readDevConfiguration } from "./dev-configuration.ts";

function writeFile(text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "holdfast-configuration-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, "laptop.yaml"), text);
  return folder;
}

it("takes of a file what makes sense on a laptop, and none of a server's defaults", async () => {
  const folder = writeFile(
    "app: app.ts\nport: 4000\nmetrics: { enabled: true, port: 1 }\nlogs: { levels: { http: warn } }\n" +
      "limits: { connections: 5 }\n",
  );
  expect(await readDevConfiguration("laptop.yaml", folder)).toEqual({
    app: path.join(folder, "app.ts"),
    port: 4000,
    metrics: true,
    logs: { levels: { http: "warn" } },
  });
});

it("refuses a file with mistakes, wherever in it they are", async () => {
  const folder = writeFile("kubernetes: { service: { nodePort: 80 } }\n");
  await expect(readDevConfiguration("laptop.yaml", folder)).rejects.toMatchObject({
    code: "CONFIGURATION_INVALID",
    message: 'kubernetes.service.nodePort cannot be "80"',
  });
  await expect(readDevConfiguration("none.yaml", folder)).rejects.toMatchObject({
    code: "CONFIGURATION_INVALID",
  });
});
