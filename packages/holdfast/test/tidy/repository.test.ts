import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { root } from "./repository.ts";

const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && existsSync(path.join(root, file)));

test("README.md has at most 150 lines", () => {
  expect(readFileSync(path.join(root, "README.md"), "utf8").split("\n").length).toBeLessThanOrEqual(151);
});

test("links between the documents lead somewhere", () => {
  const broken = tracked
    .filter((file) => file.endsWith(".md"))
    .flatMap((file) => {
      const text = readFileSync(path.join(root, file), "utf8").replaceAll(/```[\s\S]*?```/g, "");
      return [...text.matchAll(/\]\((?<target>[^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(({ groups }) => groups?.target ?? "")
        .filter((target) => !/^[a-z]+:/.test(target))
        .filter((target) => !existsSync(path.resolve(root, path.dirname(file), target)))
        .map((target) => `${file}: ${target}`);
    });
  expect(broken).toEqual([]);
});

test.each(["ARCHITECTURE.md", "docs/reference/threat-model.md"])(
  "every test that %s names as holding something exists",
  (document) => {
    const text = readFileSync(path.join(root, document), "utf8");
    const named = [...text.matchAll(/`(?<file>[\w./-]+\.test\.ts)`/g)].map(
      ({ groups }) => groups?.file ?? "",
    );
    expect(named.length).toBeGreaterThan(5);
    const missing = named.filter(
      (file) =>
        !["packages/holdfast", "packages/holdfast/src", "."].some((base) =>
          existsSync(path.join(root, base, file)),
        ),
    );
    expect(missing).toEqual([]);
  },
);

test("nothing is published that the package's files do not name, and no test is narrowed or put off", () => {
  const narrowed = tracked
    .filter((file) => file.endsWith(".test.ts"))
    .filter((file) =>
      /\b(?:test|it|describe)\.(?:only|todo)\b/.test(
        readFileSync(path.join(root, file), "utf8").replaceAll(/\/.*\/\./g, ""),
      ),
    );
  expect(narrowed.filter((file) => !file.endsWith("tidy/repository.test.ts"))).toEqual([]);
});
