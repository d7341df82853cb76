import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { createMetrics } from "../../src/telemetry/metrics/metrics.ts";
import { metricTypes } from "../support/metrics-text.ts";
import { root } from "./repository.ts";

test("docs/guide/metrics.md lists exactly the metrics that there are", async () => {
  const page = readFileSync(path.join(root, "docs/guide/metrics.md"), "utf8");
  const listed = page
    .split("\n")
    .filter((line) => line.startsWith("| `h"))
    .flatMap((line) => Array.from((line.split("|")[1] ?? "").matchAll(/`(\w+)`/g), ([, name = ""]) => name));
  const types = metricTypes(await (await createMetrics({ clock: systemClock })).read());
  const own = [...types.keys()].filter((name) => /^(?:holdfast|http)_/.test(name));
  expect(listed.toSorted()).toEqual(own.toSorted());
});
