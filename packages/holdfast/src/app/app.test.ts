import { expect, test } from "vitest";
import { App } from "./app.ts";

test("an app declares what it was told, as a model", () => {
  const app = new App("games", { port: 4000 });
  const ws = app.websocket("play", {
    routeSelectionExpression: "${request.body.type}",
    path: "/play/{room}",
  });
  ws.onConnect(() => {});
  ws.on("move", { ordered: true, timeoutMs: 500, memoryMb: 128 }, () => "ok");
  app.table("games", {
    key: "id",
    sortKey: { name: "at", type: "number" },
    ttl: "ttl",
    indexes: { byRoom: { key: "room" } },
  });
  app.http.get("/games/{id}", () => new Response());
  app.static("public");

  const { model } = app.declare();

  expect(model.app).toEqual({ name: "games", port: 4000 });
  expect(model.webSocketApis).toEqual([
    expect.objectContaining({
      name: "play",
      path: "/play/{room}",
      routeSelectionExpression: "${request.body.type}",
      routes: [
        expect.objectContaining({ key: "$connect", responds: false, ordered: false }),
        expect.objectContaining({
          key: "move",
          responds: true,
          ordered: true,
          integration: { kind: "function", function: "play-move", proxy: true },
        }),
      ],
    }),
  ]);
  expect(model.functions.map(({ name, timeoutMs, memoryMb }) => ({ name, timeoutMs, memoryMb }))).toEqual([
    { name: "play-connect", timeoutMs: 30_000, memoryMb: undefined },
    { name: "play-move", timeoutMs: 500, memoryMb: 128 },
    { name: "http-get-games-id", timeoutMs: 30_000, memoryMb: undefined },
  ]);
  expect(model.tables).toEqual([
    {
      name: "games",
      key: { name: "id", type: "string" },
      sortKey: { name: "at", type: "number" },
      ttl: "ttl",
      indexes: [{ name: "byRoom", key: { name: "room", type: "string" }, projection: "all" }],
      retain: false,
    },
  ]);
  expect(model.httpRoutes).toEqual([{ method: "GET", path: "/games/{id}", function: "http-get-games-id" }]);
  expect(model.staticSites).toEqual([{ path: "/", folder: "public", fingerprint: false }]);
});

test("two handlers of one route are both declared, for validation to report", () => {
  const app = new App("x");
  const ws = app.websocket();
  ws.on("join", () => 1);
  ws.on("join", () => 2);

  const { model, places } = app.declare();

  expect(model.webSocketApis[0]?.routes.map((route) => route.key)).toEqual(["join", "join"]);
  expect(new Set(model.functions.map((one) => one.name)).size).toBe(2);
  expect(places["websocket:websocket/route:join"]).toHaveLength(2);
});

test("a resource used while the app loads says so", async () => {
  const table = new App("x").table<{ id: string }>("things", { key: "id" });
  await expect(table.get({ id: "1" })).rejects.toMatchObject({ code: "RESOURCE_OUTSIDE_HANDLER" });
});
