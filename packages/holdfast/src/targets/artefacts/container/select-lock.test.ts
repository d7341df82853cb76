import { expect, test } from "vitest";
import { selectLock, type LockEntries, type Wanted } from "./select-lock.ts";

const lock: LockEntries = {
  "packages/app": { version: "1.0.0", dependencies: { a: "1", b: "1" } },
  "packages/app/node_modules/c": { version: "1.0.0", integrity: "sha512-c1" },
  "node_modules/a": {
    version: "1.0.0",
    dependencies: { c: "2" },
    optionalDependencies: { native: "1", absent: "1" },
  },
  "node_modules/b": { version: "1.0.0", dependencies: { c: "1" } },
  "node_modules/b/node_modules/c": { version: "1.5.0" },
  "node_modules/c": { version: "2.0.0", dependencies: { d: "1" } },
  "node_modules/d": {
    version: "1.0.0",
    peerDependencies: { e: "1", f: "1" },
    peerDependenciesMeta: { f: { optional: true } },
    ...({ dev: true } as object),
  },
  "node_modules/e": { version: "1.0.0", dependencies: { a: "1" } },
  "node_modules/f": { version: "1.0.0" },
  "node_modules/native": { version: "1.0.0", dependencies: { g: "1" } },
  "node_modules/g": { version: "1.0.0" },
  "node_modules/unrelated": { version: "1.0.0" },
};

const wanted = (...names: readonly string[]): readonly Wanted[] =>
  names.map((name) => ({ name, from: "packages/app" }));

test("what is wanted comes with all that it needs, each at its version, and nothing else", () => {
  const { entries } = selectLock(lock, wanted("a", "b", "c"));
  expect(Object.fromEntries(Object.entries(entries).map(([path, { version }]) => [path, version]))).toEqual({
    "node_modules/a": "1.0.0",
    "node_modules/a/node_modules/c": "2.0.0",
    "node_modules/b": "1.0.0",
    "node_modules/b/node_modules/c": "1.5.0",
    "node_modules/c": "1.0.0",
    "node_modules/d": "1.0.0",
    "node_modules/e": "1.0.0",
    "node_modules/g": "1.0.0",
    "node_modules/native": "1.0.0",
  });
  expect(entries["node_modules/c"]?.integrity).toBe("sha512-c1");
  expect(entries["node_modules/d"]).not.toHaveProperty("dev");
});

test("only what nothing else needs is optional", () => {
  const optional = ({ entries }: ReturnType<typeof selectLock>): readonly string[] =>
    Object.entries(entries).flatMap(([path, entry]) => ("optional" in entry ? [path] : []));
  expect(optional(selectLock(lock, wanted("a")))).toEqual(["node_modules/g", "node_modules/native"]);
  expect(optional(selectLock(lock, wanted("a", "g")))).toEqual(["node_modules/native"]);
});

test("a lock without what is needed is an error", () => {
  expect(() => selectLock(lock, wanted("nothing"))).toThrow("nothing");
});
