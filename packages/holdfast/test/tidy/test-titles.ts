import { readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "oxc-parser";
import { listFiles, root } from "./repository.ts";

type Node = Readonly<Record<string, unknown>>;

const packageDir = path.join(root, "packages/holdfast");

/** Every test as `file: title`: the file below `test` or from `src` on, ` > ` between the title's parts. */
export function listTests(): string[] {
  return ["src", "test"]
    .flatMap((folder) => listFiles(path.join(packageDir, folder)))
    .filter((file) => file.endsWith(".test.ts"))
    .flatMap((file) => {
      const name = path.relative(packageDir, file).replaceAll("\\", "/");
      const short = name.replace(/^test\//, "").replace(/\.test\.ts$/, "");
      return readTitles(readFileSync(file, "utf8"), name).map((title) => `${short}: ${title}`);
    });
}

/** The file that such a name stands for, from the repository's root. */
export function testFile(name: string): string {
  const short = name.slice(0, name.indexOf(": "));
  return `packages/holdfast/${short.startsWith("src/") ? "" : "test/"}${short}.test.ts`;
}

/** Titles as they are written: those of `each` with their `%s`. */
function readTitles(source: string, file: string): string[] {
  const titles: string[] = [];
  const visit = (value: unknown, outer: readonly string[]): void => {
    if (Array.isArray(value)) for (const one of value) visit(one, outer);
    if (!isNode(value)) return;
    const found = value.type === "CallExpression" ? readCall(value, source) : undefined;
    if (found === undefined) for (const inner of Object.values(value)) visit(inner, outer);
    else if (found.isGroup) visit(value.arguments, [...outer, found.title]);
    else titles.push([...outer, found.title].join(" > "));
  };
  visit(parseSync(file, source).program.body, []);
  return titles;
}

function readCall(
  call: Node,
  source: string,
): { readonly title: string; readonly isGroup: boolean } | undefined {
  const name = nameOf(call.callee);
  if (name !== "test" && name !== "it" && name !== "describe") return undefined;
  const [first, second] = call.arguments as readonly unknown[];
  if (!isNode(first) || second === undefined) return undefined;
  if (first.type === "Literal" && typeof first.value === "string")
    return { title: first.value, isGroup: name === "describe" };
  if (first.type === "TemplateLiteral")
    return {
      title: source.slice(Number(first.start) + 1, Number(first.end) - 1),
      isGroup: name === "describe",
    };
  return undefined;
}

/** `test` of `test(…)`, `test.each(…)(…)` and `test.skipIf(…)(…)`. */
function nameOf(callee: unknown): unknown {
  if (!isNode(callee)) return undefined;
  if (callee.type === "Identifier") return callee.name;
  return nameOf(callee.type === "MemberExpression" ? callee.object : callee.callee);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
