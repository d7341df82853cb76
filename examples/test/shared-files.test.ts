import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { expect, test } from "vitest";

const examples = fileURLToPath(new URL("../", import.meta.url));

// Each example is copied as it is by whoever starts from it, so each has the files that the pages share.
test.each(["style.css", "connection.js"])("%s is the same in each example that has a page", (file) => {
  const copies = readdirSync(examples)
    .map((example) => readPublic(example))
    .filter((files) => files.size > 0);
  expect(copies.length).toBeGreaterThan(2);
  expect(new Set(copies.map((files) => files.get(file))).size).toBe(1);
  expect(copies[0]?.get(file)).toBeDefined();
});

test("no page has a script or a style of its own inside", () => {
  const inside = /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/;
  const pages = readdirSync(examples).flatMap((example) =>
    [...readPublic(example)].filter(([name]) => name.endsWith(".html")),
  );
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.filter(([, text]) => inside.test(text))).toEqual([]);
});

/** Empty where there is no page. */
function readPublic(example: string): ReadonlyMap<string, string> {
  const folder = path.join(examples, example, "public");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return new Map(names.map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));
}
