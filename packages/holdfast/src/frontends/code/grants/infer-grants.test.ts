import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { systemClock } from "../../../base/clock.ts";
import { memoryLog } from "../../../base/log.ts";
import { createFunctionHost } from "../../../host/function-host.ts";
import { validateModel } from "../../../model/validate.ts";
import { createCodeFrontend } from "../frontend.ts";

const host = createFunctionHost({
  clock: systemClock,
  log: memoryLog(),
  resourceCalls: { call: () => Promise.reject(new Error("No handler runs here")) },
});
const packageDir = fileURLToPath(new URL("../../../../", import.meta.url));
const folders: string[] = [];

afterAll(async () => {
  await host.close(0);
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

/** For cases of several files: the app, its API and its tables. */
const dataFile = `import { App } from "holdfast"; export const app = new App("test");
  export const games = app.table<{ id: string }>("games", { key: "id" });
  export const users = app.table<{ id: string }>("users", { key: "id" });
  export const load = () => games.get({ id: "1" });
  export const ws = app.websocket("chat");`;

type Files = Readonly<Record<string, string>>;

/** Bundles and evaluates an app, as `holdfast dev` does. By function: `table:games get put`, `table:games * (place: reason)`. */
async function grantsOf(app: string, files: Files = {}): Promise<Record<string, readonly string[]>> {
  await mkdir(path.join(packageDir, ".holdfast"), { recursive: true });
  const folder = await mkdtemp(path.join(packageDir, ".holdfast/grants-test-"));
  folders.push(folder);
  const declared = `import { App } from "holdfast";\nconst app = new App("test");\nexport default app;\n`;
  const isWhole = /"\.\/(?:data|all)\.ts"/.test(app);
  const all = { "app.ts": isWhole ? app : declared + app, "data.ts": dataFile, ...files };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  const frontend = createCodeFrontend({
    file: path.join(folder, "app.ts"),
    buildDir: path.join(folder, ".holdfast/build"),
    evaluator: host,
    check: validateModel,
  });
  try {
    const { model, diagnostics } = await frontend.read();
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    return Object.fromEntries(
      (model?.functions ?? []).map(({ name, grants }) => [
        name,
        grants.map(({ resource, operations, because }) =>
          [resource, ...operations, ...(because === undefined ? [] : [`(${because})`])].join(" "),
        ),
      ]),
    );
  } finally {
    await frontend.close();
  }
}

const tables = `
  const games = app.table<{ id: string }>("games", { key: "id" });
  const users = app.table<{ id: string }>("users", { key: "id" });
  const ws = app.websocket("chat");
`;

test("each method of a resource is its operation", async () => {
  const grants = await grantsOf(`${tables}
    const files = app.bucket("files");
    const news = app.topic("news");
    const add = app.function("add", (input: number) => input + 1);
    const round = app.state("round", 1);
    const key = app.secret("key");
    const site = app.static(".", { path: "/site" });
    const limiter = app.resource<{ take(n: number): Promise<void> }>("limiter", {
      operations: ["take"],
      targets: { local: { open: () => ({ take: async () => { await games.get({ id: "1" }) } }) } },
    });
    app.http.get("/table", async () => {
      await games.scan().next(); await games?.put({ id: "1" }); await games.get({ id: games.name });
      return new Response("");
    });
    app.http.get("/more", async () => {
      games.query({ id: "1" }); games.delete({ id: "1" }); (games as any).update({ id: "1" }, {});
      return new Response("");
    });
    app.http.get("/rest", async () => {
      files.get("a"); files.put("a", 1); files.delete("a"); files.deleteMany(["a"]); files.list();
      news.publish(1); add.call(1); add.send(1); round.get(); round.set(2); key.value(); site.url("x");
      limiter.take(1);
      return new Response("");
    });
    app.http.get("/chat", async () => {
      ws.send("c", 1); ws.close("c"); ws.describe("c"); ws.url(); ws.broadcast(1);
      return new Response("");
    });
    files.on("put", async () => { await users.get({ id: "1" }) });
    news.subscribe(async () => { await round.get() });
    app.schedule("often", "rate(1 hour)", async () => { await files.get("x") });
    app.service(async () => { await news.publish("up") });
  `);
  expect(grants).toEqual({
    add: [],
    "bucket-files-put": ["table:users get"],
    "http-get-chat": ["websocket:chat broadcast close describe send url"],
    "http-get-more": ["table:games delete query update"],
    "http-get-rest": [
      "bucket:files delete get list put",
      "function:add call send",
      "resource:limiter take",
      "secret:key read",
      "state:round get set",
      "static:/site url",
      "topic:news publish",
    ],
    "http-get-table": ["table:games get put scan"],
    "resource-limiter-local": ["table:games get"],
    "schedule-often-run": ["bucket:files get"],
    "service-service": ["topic:news publish"],
    "topic-news-subscriber": ["state:round get"],
  });
});

interface Case {
  readonly app: string;
  readonly files?: Files;
  /** What `chat-a` and `chat-b`, the handlers of routes `a` and `b`, may do. */
  readonly a?: readonly string[];
  readonly b?: readonly string[];
}

/** The handlers of most cases. */
const handlers = (a: string, b = "") =>
  `ws.on("a", async ({ connectionId, body }) => { ${a} }); ws.on("b", async ({ connectionId, body }) => { ${b} });`;

const precise: Readonly<Record<string, Case>> = {
  "helpers are followed, across files too": {
    app: `import { save } from "./save.ts"; ${tables} export { games };
      function load() { return games.get({ id: "1" }) }
      ${handlers("await load()", "await save()")}`,
    files: {
      "save.ts": `import { games } from "./app.ts"; export const save = async () => games.put({ id: "1" });`,
    },
    a: ["table:games get"],
    b: ["table:games put"],
  },
  "a namespace whose members are named is no namespace": {
    app: `import * as data from "./data.ts"; export { app as default } from "./data.ts"; const { ws } = { ws: data.ws };
      ${handlers('await data.games.put({ id: "1" })', "await data.load()")}`,
    a: ["table:games put"],
    b: ["table:games get"],
  },
  "a re-export is what it exports": {
    app: `import { games, ws } from "./all.ts"; export { app as default } from "./all.ts";
      ${handlers('await games.put({ id: "1" })', "await ws.url()")}`,
    files: {
      "all.ts": `export { games } from "./data.ts"; export * from "./data.ts";`,
    },
    a: ["table:games put"],
    b: ["websocket:chat url"],
  },
  "a file that is imported when needed": {
    app: `import { games, users, ws } from "./data.ts"; export { app as default } from "./data.ts";
      ws.on("a", async () => { const { save } = await import("./save.ts"); await save(); });
      ws.on("b", async () => { await users.get({ id: "1" }); });`,
    files: {
      "save.ts": `import { games } from "./data.ts"; export const save = () => games.put({ id: "1" });`,
    },
    a: ["table:games put"],
    b: ["table:users get"],
  },
  "files that are imported by a pattern": {
    app: `import { ws } from "./data.ts"; export { app as default } from "./data.ts";
      ws.on("a", async ({ body }) => { const command = await import(\`./commands/\${body}.ts\`); await command.run(); });
      ws.on("b", () => {});`,
    files: {
      "commands/save.ts": `import { games } from "../data.ts"; export const run = () => games.put({ id: "1" });`,
      "commands/load.ts": `import { users } from "../data.ts"; export const run = () => users.get({ id: "1" });`,
    },
    a: ["table:games put", "table:users get"],
  },
  CommonJS: {
    app: `import legacy from "./legacy.cjs"; ${tables}
      ${handlers("await legacy.save(games)", "legacy.pad(1)")}`,
    files: { "legacy.cjs": `exports.save = (table) => table.put({ id: "1" }); exports.pad = (n) => n + 1;` },
    a: ["table:games * (app.ts:9:72: `games` is passed to a call)"],
    b: ["table:games * (app.ts:9:72: `games` is passed to a call)"], // the module may have kept it
  },
  "shadowing: an inner name is another name": {
    app: `${tables} const put = (games: any) => games.put(1);
      ${handlers('for (const games of [new Map()]) games.get("1"); put({ put() {} })', "")}`,
  },
  rooms: {
    app: `${tables} const lobby = ws.room("lobby");
      ${handlers('await ws.room("x").join(connectionId); await lobby.send(1)', 'const room = ws.room("y"); await room.members(); return room.name')}`,
    a: ["websocket:chat join sendToRoom"],
    b: ["websocket:chat members"],
  },
  "a room that is passed on may be used in every way": {
    app: `${tables} ${handlers('await greet(ws.room("x"))', 'const room = ws.room("y"); await greet(room)')}
      async function greet(room: any) { await room.send(1) }`,
    a: ["websocket:chat join leave members sendToRoom"],
    b: ["websocket:chat join leave members sendToRoom"],
  },
  "reply sends": {
    app: `${tables} ws.on("a", async ({ reply }) => { await reply(1) }); ws.on("b", b); function b({ body }: any) {}`,
    a: ["websocket:chat send"],
  },
  "a context that is taken whole may reply": {
    app: `${tables} ws.on("a", async (context) => {}); ws.on("b", async ({ body, ...rest }) => {});`,
    a: ["websocket:chat send"],
    b: ["websocket:chat send"],
  },
  "handlers by name, in other files": {
    app: `import { a } from "./a.ts"; ${tables} export { games, ws };
      ws.on("a", a); const more = { async b() { await ws.url() } }; ws.on("b", { ordered: true }, more.b);`,
    files: {
      "a.ts": `import { games } from "./app.ts"; export async function a({ body }: any) { await games.get({ id: "1" }) }`,
    },
    a: ["table:games get"],
    b: ["websocket:chat send url"],
  },
  "a shared cache of data shares no grants": {
    app: `${tables} const online = new Map<string, number>(); let count = 0;
      ${handlers('online.set(connectionId, 1); count += 1; count = 5; await games.put({ id: "1" })', "online.get(connectionId); return count")}`,
    a: ["table:games put"],
  },
  "a class of Holdfast's leads nowhere": {
    app: `import { GoneError } from "holdfast"; ${tables}
      ${handlers("await ws.send(connectionId, 1).catch((error) => { if (!(error instanceof GoneError)) throw error; })")}`,
    a: ["websocket:chat send"],
  },
  "an app and tables that setup functions get are theirs": {
    app: `import { addGames, addUsers } from "./setup.ts"; ${tables} addGames(ws, games); addUsers(ws, users);`,
    files: {
      "setup.ts": `export function addGames(ws, games) { ws.on("a", async () => { await games.get({ id: "1" }) }) }
        export function addUsers(ws, users) { ws.on("b", async () => { await users.get({ id: "1" }) }) }`,
    },
    a: [
      "websocket:chat * (app.ts:8:11: `ws` is passed to a call)",
      "table:games * (app.ts:8:15: `games` is passed to a call)",
    ],
    b: [
      "websocket:chat * (app.ts:8:32: `ws` is passed to a call)",
      "table:users * (app.ts:8:36: `users` is passed to a call)",
    ],
  },
  "a table that a setup function declares": {
    app: `import { add } from "./setup.ts"; add(app);`,
    files: {
      "setup.ts": `export function add(app) { const ws = app.websocket("chat"); const games = app.table("games", { key: "id" });
        ws.on("a", async () => { await games.get({ id: "1" }) }); ws.on("b", async () => { await ws.url() }) }`,
    },
    a: ["table:games get"],
    b: ["websocket:chat url"],
  },
};

test.for(Object.entries(precise))("%s", async ([, { app, files, a = [], b = [] }]) => {
  const grants = await grantsOf(app, files);
  const sorted = (one: readonly string[] = []) => one.toSorted();
  expect({ a: sorted(grants["chat-a"]), b: sorted(grants["chat-b"]) }).toEqual({
    a: sorted(a),
    b: sorted(b),
  });
});

/** Handler `b` uses `games`, or may, by a way that only grants whole. */
const wide: Readonly<Record<string, Case & { readonly because: string }>> = {
  "an object of tables": {
    app: `const db = { games: app.table("games", { key: "id" }) }; const ws = app.websocket("chat");
      ${handlers("", 'await db.games.get({ id: "1" })')}`,
    because: "What this call returns does not get a name of its own: `const name = …`",
  },
  "a factory of tables": {
    app: `const make = (name: string) => app.table(name, { key: "id" }); const games = make("games");
      const ws = app.websocket("chat"); ${handlers("", 'await games.get({ id: "1" })')}`,
    because: "What this call returns does not get a name of its own: `const name = …`",
  },
  "all exports of a module": {
    app: `import * as data from "./data.ts"; const { ws, app } = data; export default app;
      ${handlers("", 'await pick("games").get({ id: "1" })')} const pick = (name: string) => (data as any)[name];`,
    because: "`games` can be reached through all exports of its module (`import * as`, or `import()`)",
  },
  "a variable that is set while loading": {
    app: `${tables} let kept: any; function keep(table: any) { kept = table } keep(games);
      ${handlers("", 'await kept.get({ id: "1" })')}`,
    because: "`games` is passed to a call",
  },
  "a variable that another handler sets": {
    app: `${tables} let kept: any; ${handlers("kept = games", 'await kept.get({ id: "1" })')}`,
    because: "`games` is assigned to something",
  },
  "a Map": {
    app: `${tables} const all = new Map<string, any>(); all.set("games", games);
      ${handlers("", 'await all.get("games").get({ id: "1" })')}`,
    because: "`games` is passed to a call",
  },
  "a list in an object, by another name, in another file": {
    app: `import { keep } from "./keep.ts"; ${tables} keep(games); ${handlers("", 'await (await import("./use.ts")).use()')}`,
    files: {
      "store.ts": `export const store = { list: [] as any[] };`,
      "keep.ts": `import { store } from "./store.ts"; const { list } = store; export const keep = (one: any) => list.push(one);`,
      "use.ts": `import { store } from "./store.ts"; export const use = () => store.list[0].get({ id: "1" });`,
    },
    because: "`games` is passed to a call",
  },
  "an instance": {
    app: `${tables} class Repo { constructor(readonly table: any) {} load() { return this.table.get({ id: "1" }) } }
      const repo = new Repo(games); ${handlers("", "await repo.load()")}`,
    because: "`games` is passed to a call",
  },
  "a variable of a setup function, set by another handler": {
    app: `${tables} function setup() { let kept: any; ws.on("a", async () => { kept = games });
      ws.on("b", async () => { await kept.get({ id: "1" }) }) } setup();`,
    because: "`games` is assigned to something",
  },
  "a class's static property": {
    app: `${tables} class Store { static kept: any; static keep(one: any) { this.kept = one } } Store.keep(games);
      ${handlers("", 'await Store.kept.get({ id: "1" })')}`,
    because: "`games` is passed to a call",
  },
  "a class's property by its instances": {
    app: `${tables} class Store { static kept: any; constructor(one: any) { (this.constructor as any).kept = one } }
      new Store(games); ${handlers("", 'await (Store as any).kept.get({ id: "1" })')}`,
    because: "`games` is passed to a call",
  },
  "a function's property": {
    app: `${tables} function keep(one: any) { (keep as any).kept = one } keep(games);
      ${handlers("", 'await (keep as any).kept.get({ id: "1" })')}`,
    because: "`games` is passed to a call",
  },
  "a closure's variable": {
    app: `${tables} const store = (() => { let kept: any; return (one?: any) => (kept ??= one) })(); store(games);
      ${handlers("", 'await store().get({ id: "1" })')}`,
    because: "`games` is passed to a call",
  },
  "a factory of handlers": {
    app: `${tables} const make = (table: any) => async () => { await table.get({ id: "1" }) };
      ws.on("a", async () => {}); ws.on("b", make(games));`,
    because: "`games` is passed to a call",
  },
  "a loop over tables": {
    app: `const ws = app.websocket("chat"); const games = app.table("games", { key: "id" });
      for (const [name, table] of [["b", games]] as const) ws.on(name, async () => { await table.get({ id: "1" }) });`,
    because: "`games` is put into a list",
  },
  "a callback that is called with it": {
    app: `${tables} const withGames = (use: (table: any) => unknown) => use(games);
      ${handlers("", 'await withGames((table) => table.get({ id: "1" }))')}`,
    because: "`games` is passed to a call",
  },
  "a setup function that a setup function calls": {
    app: `${tables} const inner = (table: any) => ws.on("b", async () => { await table.get({ id: "1" }) });
      const outer = (table: any) => inner(table); const setups = [outer]; for (const setup of setups) setup(games);`,
    because: "`games` is passed to a call",
  },
  "a package that keeps it": {
    app: `import { keep, kept } from "keeper"; ${tables} keep(games); ${handlers("", 'await kept().get({ id: "1" })')}`,
    files: {
      "node_modules/keeper/package.json": `{ "name": "keeper", "type": "module", "exports": "./index.js" }`,
      "node_modules/keeper/index.js": `let one; export const keep = (table) => { one = table }; export const kept = () => one;`,
    },
    because: "`games` is passed to a call",
  },
  "a package that declares it": {
    app: `import { addGames } from "adder"; const thing = addGames(app); const ws = app.websocket("chat");
      ${handlers("", 'await thing.get({ id: "1" })')}`,
    files: {
      "node_modules/adder/package.json": `{ "name": "adder", "type": "module", "exports": "./index.js" }`,
      "node_modules/adder/index.js": `export const addGames = (app) => app.table("games", { key: "id" });`,
    },
    because: "`thing` comes from a package, which may do anything with it",
  },
};

test.for(Object.entries(wide))("granted whole, with the reason: %s", async ([, { app, files, because }]) => {
  const { "chat-b": grants = [] } = await grantsOf(app, files);
  expect(grants.filter((grant) => grant.startsWith("table:games"))).toEqual([
    expect.stringMatching(/^table:games \* \([^ ]+\.ts:\d+:\d+: /),
  ]);
  expect(grants.join()).toContain(`: ${because})`);
});
