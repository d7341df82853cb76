import { readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "oxc-parser";
import { expect, test } from "vitest";
import { listFiles, root, sourceDir } from "./repository.ts";

interface Layer {
  readonly folder: string;
  readonly mayImport: readonly string[];
}

/** Reads the folder table of ARCHITECTURE.md: `| folder | what lives there | may import |`. */
function readLayers(): Layer[] {
  const text = readFileSync(path.join(root, "ARCHITECTURE.md"), "utf8");
  const rows = [...text.matchAll(/^\| `(?<folder>[^`]+)` \|[^|]*\| (?<imports>[^|]*) \|$/gm)];
  return rows.map(({ groups = {} }) => ({
    folder: groups.folder ?? "",
    mayImport: [...(groups.imports ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  }));
}

const layers = readLayers();

/** The longest row that holds a file: `frontends/code` rather than `frontends`. */
function layerOf(file: string): string | undefined {
  const relative = path.relative(sourceDir, file);
  return layers
    .map((layer) => layer.folder)
    .filter((folder) => relative === folder || relative.startsWith(`${folder}/`))
    .toSorted((a, b) => b.length - a.length)[0];
}

function importsOf(file: string): string[] {
  const { module } = parseSync(file, readFileSync(file, "utf8"));
  const specifiers = [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) => one.entries.map((entry) => entry.moduleRequest?.value)),
    ...module.dynamicImports.map((one) =>
      readFileSync(file, "utf8").slice(one.moduleRequest.start + 1, one.moduleRequest.end - 1),
    ),
  ];
  return specifiers.filter((specifier): specifier is string => specifier?.startsWith(".") === true);
}

const sources = listFiles(sourceDir).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));

test("ARCHITECTURE.md's folder table names every folder of the source", () => {
  expect(layers.length).toBeGreaterThan(10);
  expect(sources.filter((file) => layerOf(file) === undefined)).toEqual([]);
  const used = new Set(sources.map(layerOf));
  expect(layers.map((layer) => layer.folder).filter((folder) => !used.has(folder))).toEqual([]);
});

test("every import goes where the folder table allows", () => {
  const violations = sources.flatMap((file) => {
    const from = layerOf(file) ?? "";
    const allowed = new Set([from, ...(layers.find((layer) => layer.folder === from)?.mayImport ?? [])]);
    return importsOf(file)
      .map((specifier) => path.resolve(path.dirname(file), specifier))
      .filter((imported) => !allowed.has(layerOf(imported) ?? "(outside)"))
      .map((imported) => `${path.relative(sourceDir, file)} imports ${path.relative(sourceDir, imported)}`);
  });
  expect(violations).toEqual([]);
});
