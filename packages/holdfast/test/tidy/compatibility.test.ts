import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { sections } from "../conformance/facts.ts";
import { compatibilityPage } from "./compatibility-page.ts";
import { root } from "./repository.ts";
import { listTests } from "./test-titles.ts";

const facts = sections.flatMap((section) => section.facts);
const named = new Set(facts.flatMap(({ tests }) => tests));
const existing = listTests();

test("docs/reference/gateway-compatibility.md is the table of facts", () => {
  const page = readFileSync(path.join(root, "docs/reference/gateway-compatibility.md"), "utf8");
  expect(page).toBe(compatibilityPage());
});

test("every fact but those that are absent names tests, and all of these exist", () => {
  const known = new Set(existing);
  expect([...named].filter((name) => !known.has(name))).toEqual([]);
  const shown = facts.filter(({ verdict, tests }) => tests.length > 0 !== (verdict !== "absent"));
  expect(shown.map(({ behaviour }) => behaviour)).toEqual([]);
});

test("every test of the conformance suite shows a fact", () => {
  const suite = existing.filter((name) => name.startsWith("conformance/"));
  expect(suite.length).toBeGreaterThan(50);
  expect(suite.filter((name) => !named.has(name))).toEqual([]);
});

test("no fact stands there twice, and what is unknown rests on nothing", () => {
  const behaviours = facts.map(({ behaviour }) => behaviour);
  expect(new Set(behaviours).size).toBe(behaviours.length);
  expect(facts.filter(({ verdict, evidence }) => (verdict === "unknown") !== (evidence === "none"))).toEqual(
    [],
  );
});
