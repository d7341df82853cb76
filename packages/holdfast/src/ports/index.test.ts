import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

describe("holdfast/ports", () => {
  it("names every type of every port", () => {
    const read = (file: string) => readFileSync(new URL(file, import.meta.url), "utf8");
    const files = readdirSync(new URL(".", import.meta.url)).filter(
      (file) => !file.startsWith("index.") && !file.endsWith(".test.ts"),
    );
    const declared = files.flatMap((file) =>
      [...read(file).matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name = ""]) => name),
    );
    const named = [...read("index.ts").matchAll(/\{([^}]*)\}/g)].flatMap(([, names = ""]) =>
      names.split(",").map((name) => name.trim()),
    );
    expect(declared.length).toBeGreaterThan(10);
    expect(named.filter((name) => name !== "").toSorted()).toEqual(declared.toSorted());
  });
});
