import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { componentOf, logComponents } from "../../src/telemetry/logs/components.ts";
import { listFiles, root, sourceDir } from "./repository.ts";

/** `log("warn", "gateway.fault"` and its like, also over two lines, and names that end in a variable part. */
const call =
  /\b(?:log|keep)\(\s*(?:"(?:debug|info|warn|error)"|level|mark\[1\]|[^,"()]+\? "\w+" : "\w+"),\s*["`]([a-z][a-z.-]*)/g;

const events = listFiles(sourceDir)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .flatMap((file) => [...readFileSync(file, "utf8").matchAll(call)].map(([, event = ""]) => event));

test("every event that is logged belongs to a component that is listed", () => {
  expect(events.length).toBeGreaterThan(50);
  const components = new Set(events.map(componentOf));
  expect([...components].filter((component) => !Object.hasOwn(logComponents, component))).toEqual([]);
});

test("the guide's page on logs lists the components", () => {
  const page = readFileSync(path.join(root, "docs/guide/logs.md"), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name = "", about = ""]) => [
    name,
    about,
  ]);
  const listed = Object.fromEntries(rows.filter(([name = ""]) => Object.hasOwn(logComponents, name)));
  expect(listed).toEqual(logComponents);
});
