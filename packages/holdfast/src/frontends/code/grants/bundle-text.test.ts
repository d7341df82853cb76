import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { createBundler } from "../../../bundle/bundler.ts";
import { inferGrants, type Declared, type GrantSource } from "./infer-grants.ts";
import { parseBundle } from "./parse-bundle.ts";

const packageDir = fileURLToPath(new URL("../../../../", import.meta.url));
const isHoldfast = (appDir: string) => (module: string) =>
  path.resolve(appDir, module).startsWith(path.join(packageDir, "src/"));
const folders: string[] = [];

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A real bundle. What declares is found by its text: `app.table("games", …)`, `ws.on("b", …)`. */
async function bundle(
  files: Readonly<Record<string, string>>,
): Promise<GrantSource & { readonly code: string }> {
  await mkdir(path.join(packageDir, ".holdfast"), { recursive: true });
  const folder = await mkdtemp(path.join(packageDir, ".holdfast/grants-test-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  const bundler = await createBundler({
    entry: path.join(folder, "app.ts"),
    outDir: path.join(folder, "out"),
  });
  const { bundle: built } = await bundler.build();
  await bundler.close();
  const code = await readFile(built?.file ?? "", "utf8");
  return {
    code,
    parsed: parseBundle(code, isHoldfast(folder)),
    resources: new Map(
      find(code, /\bapp\.(?=(?<kind>table|websocket)\("(?<name>\w+)")/g).map(
        ([{ kind, name }, declared]): [string, Declared] => [`${kind}:${name}`, declared],
      ),
    ),
    functions: new Map(
      find(code, /\bws\.(?=on\((?:"(?<name>\w+)"|name))/g).map(
        ([{ name = "b" }, declared]): [string, Declared] => [name, declared],
      ),
    ),
  };
}

function find(code: string, call: RegExp): [Readonly<Record<string, string>>, Declared][] {
  return code
    .split("\n")
    .flatMap((text, index) =>
      [...text.matchAll(call)].map(
        ({ 0: before, index: at, groups = {} }) =>
          [groups, { line: index + 1, column: at + before.length + 1, direct: true }] satisfies [
            unknown,
            Declared,
          ] as [Readonly<Record<string, string>>, Declared],
      ),
    );
}

const tables = `
  import { App } from "holdfast";
  const app = new App("test");
  export default app;
  const games = app.table<{ id: string }>("games", { key: "id" });
  const ws = app.websocket("chat");
`;
const handlers = (a: string, b = "") =>
  `ws.on("a", async ({ body }) => { ${a} }); ws.on("b", async ({ body }) => { ${b} });`;

/** What `b` does, and the place of it in the bundle: where `at` stands. */
const reasons: Readonly<
  Record<string, { readonly b: string; readonly at: string; readonly because: string }>
> = {
  "another name": {
    b: "const g = games; g.get(body)",
    at: "games;",
    because: "`games` is given another name, or taken apart",
  },
  "taking apart": {
    b: "const { get } = games; get(body)",
    at: "games;",
    because: "`games` is given another name, or taken apart",
  },
  "a method that is taken": {
    b: "const get = games.get; get(body)",
    at: "games.get;",
    because: "`games.get` is taken without being called",
  },
  "a computed method": {
    b: "games[body]()",
    at: "games[",
    because: "`games` is used otherwise than by calling one of its methods",
  },
  "passing it on": { b: "console.log(games)", at: "games)", because: "`games` is passed to a call" },
  "a tag's template": {
    b: "String.raw`${games}`",
    at: "games}",
    because: "`games` is passed to a call",
  },
  "returning it": { b: "return games", at: "games;", because: "`games` is returned" },
  "a method of no table": {
    b: "games.truncate()",
    at: "games.truncate",
    because: "`games.truncate()` is no method that Holdfast knows here",
  },
  eval: { b: "eval(body)", at: "eval(", because: "`eval` runs code that cannot be seen here" },
  "new Function": {
    b: "new Function(body)()",
    at: "new Function(",
    because: "`Function` makes code that cannot be seen here",
  },
  "import() of something computed": {
    b: "import(body)",
    at: "import(",
    because: "`import()` loads what cannot be told here",
  },
};

test.for(Object.entries(reasons))("a whole grant says where and why: %s", async ([, { b, at, because }]) => {
  const source = await bundle({ "app.ts": `${tables} ${handlers('games.get({ id: "1" })', b)}` });
  const { grants } = inferGrants(source);
  expect(grants.get("a")).toEqual([{ resource: "table:games", operations: ["get"] }]);
  const whole = grants.get("b")?.find(({ resource }) => resource === "table:games");
  expect(whole).toMatchObject({ operations: ["*"], because: { reason: because } });
  const { line = 0, column = 0 } = whole?.because ?? {};
  expect(source.code.split("\n")[line - 1]?.slice(column - 1)).toSatisfy((text: string) =>
    text.startsWith(at),
  );
});

/** Handler `b` runs code that uses `games` by its name, and that only a value leads to. */
const led: Readonly<
  Record<string, { readonly app: string; readonly files?: Readonly<Record<string, string>> }>
> = {
  "a registry of commands": {
    app: `${tables} const commands = new Map<string, () => unknown>();
      const register = (name: string, run: () => unknown) => commands.set(name, run);
      register("load", () => games.get({ id: "1" })); ${handlers("", "await commands.get(String(body))?.()")}`,
  },
  "a registry of functions by name, listed in another's function": {
    app: `${tables} const commands: (() => unknown)[] = []; function load() { return games.get({ id: "1" }) }
      function setup() { commands.push(load) } setup(); ${handlers("", "await commands[0]?.()")}`,
  },
  "a variable that holds a function": {
    app: `${tables} let run: any; function setup() { run = () => games.get({ id: "1" }) } setup(); ${handlers("", "await run()")}`,
  },
  "what a factory returns, kept by another handler": {
    app: `${tables} const kept: any = {}; const make = () => () => games.get({ id: "1" });
      ${handlers("kept.run = make()", "await kept.run()")}`,
  },
  "a class's property, set by another name": {
    app: `${tables} class Store { static run: any } const keep = (to: any, run: unknown) => { to.run = run };
      keep(Store, () => games.get({ id: "1" })); ${handlers("", "await Store.run()")}`,
  },
  "an instance in a registry": {
    app: `${tables} class Repo { load() { return games.get({ id: "1" }) } } const all = new Map<string, any>();
      all.set("games", new Repo()); ${handlers("", 'await all.get("games").load()')}`,
  },
  "handlers in a list": {
    app: `${tables} const all = [["b", async () => { await games.get({ id: "1" }) }]] as const;
      for (const [name, handler] of all) ws.on(name, handler);`,
  },
  "a function that wraps declarations": {
    app: `${tables} const on = (name: string, handler: () => unknown) => ws.on(name, {}, handler);
      on("b", async () => games.get({ id: "1" }));`,
  },
  "a wrapped handler": {
    app: `${tables} const logged = (handler: any) => async (context: any) => handler(context);
      ws.on("b", logged(async () => games.get({ id: "1" })));`,
  },
  "an event emitter": {
    app: `import { EventEmitter } from "node:events"; ${tables} const bus = new EventEmitter();
      bus.on("load", () => games.get({ id: "1" })); ${handlers("", 'bus.emit("load")')}`,
  },
  "a getter, a default, a tagged template": {
    app: `${tables} const tag = (_: unknown) => games.get({ id: "1" }); const lazy = { get it() { return tag\`x\` } };
      const use = ({ one = lazy.it }: any) => one; ${handlers("", "await use({})")}`,
  },
  "a file that is loaded lazily and keeps a function": {
    app: `import { hooks } from "./hooks.ts"; ${tables} export { games };
      ${handlers('await import("./load.ts")', "await hooks[0]?.()")}`,
    files: {
      "hooks.ts": `export const hooks: (() => unknown)[] = [];`,
      "load.ts": `import { games } from "./app.ts"; import { hooks } from "./hooks.ts"; hooks.push(() => games.get({ id: "1" }));`,
    },
  },
  "a CommonJS module that two files keep things in": {
    app: `import "./keep.ts"; import { use } from "./use.ts"; ${tables} export { games }; ${handlers("", "await use()")}
      import { later } from "./keep.ts"; later(() => games.get({ id: "1" }));`,
    files: {
      "box.cjs": `let one; exports.keep = (run) => { one = run }; exports.use = () => one();`,
      "keep.ts": `import box from "./box.cjs"; export const later = (run: any) => box.keep(run);`,
      "use.ts": `import box from "./box.cjs"; export const use = () => box.use();`,
    },
  },
};

test.for(Object.entries(led))(
  "code that a value leads to is granted what it does: %s",
  async ([, { app, files }]) => {
    const { grants } = inferGrants(await bundle({ "app.ts": app, ...files }));
    expect(grants.get("b")?.filter(({ resource }) => resource === "table:games")).toEqual([
      { resource: "table:games", operations: ["get"] },
    ]);
  },
);

test("what is declared nowhere in the bundle is granted whole to all", async () => {
  const source = await bundle({ "app.ts": `${tables} ${handlers('games.get({ id: "1" })')}` });
  const lost = { line: 0, column: 0, direct: false };
  const { grants } = inferGrants({
    ...source,
    resources: new Map([...source.resources, ["topic:lost", lost]]),
  });
  expect(grants.get("b")?.map(({ resource, operations }) => [resource, operations])).toEqual([
    ["table:games", ["*"]],
    ["websocket:chat", ["*"]],
    ["topic:lost", ["*"]],
  ]);
  expect(grants.get("b")?.[0]?.because?.reason).toBe("Nothing here declares topic:lost");
});

test("text that looks like the beginning of a module cuts nothing away", async () => {
  const source = await bundle({
    "app.ts": `${tables} const text = \`\n// library\n\`; ${handlers("games.get(text)")}`,
  });
  expect(source.code).toContain("\n// library\n");
  expect(
    inferGrants({ ...source, parsed: parseBundle(source.code, (module) => module === "library") }).grants.get(
      "a",
    ),
  ).toMatchObject([{ resource: "table:games", operations: ["get"] }]);
});

test("a bundle of ten thousand lines", async () => {
  const parts = Array.from(
    { length: 300 },
    (_, n) => `
    function helper${n}(id: string, options: any = {}): any {
      const { limit = 10, ...rest } = options;
      for (const one of Object.values(rest)) {
        if (typeof one === "string") names.set(one, id);
        else console.log("odd", one, id, limit + ${n});
      }
      if (limit > ${n}) return games.get({ id });
      ${n % 10 === 0 ? "return limit;" : `return helper${n - 1}(id, { limit });`}
    }
    class Service${n} {
      items: unknown[] = [];
      constructor(readonly name: string) {}
      async load(id: string) {
        const row = await helper${n}(id, { name: this.name });
        this.items.push(row);
        return row ?? games.query({ id });
      }
    }
    ws.on("route${n}", async ({ connectionId, body }) => {
      const service = new Service${n}(connectionId);
      await ws.send(connectionId, await service.load(String(body)));
    });`,
  );
  const source = await bundle({
    "app.ts": `${tables} const names = new Map<string, string>(); ${parts.join("")}`,
  });
  const times = Array.from({ length: 5 }, () => {
    const from = performance.now();
    expect(inferGrants(source).grants.get("route7")).toEqual([
      { resource: "table:games", operations: ["get", "query"] },
      { resource: "websocket:chat", operations: ["send"] },
    ]);
    return performance.now() - from;
  });
  console.log(`${source.code.split("\n").length} lines: ${times.map((ms) => ms.toFixed(0)).join(", ")} ms`);
});
