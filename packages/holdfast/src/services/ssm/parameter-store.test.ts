import { expect, it } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import type { Parameter } from "../../model/app-model.ts";
import { createMemoryTableStore } from "../../stores/memory/table-store.ts";
import { ParameterStore, parametersTable, type StoredParameter } from "./parameter-store.ts";

const declare = (value: string): Parameter => ({ name: "/url", type: "String", value });

async function openStore(first: readonly Parameter[] = []) {
  const clock = new ManualClock(1000);
  const tables = createMemoryTableStore({ clock, log: silentLog });
  await tables.define([parametersTable]);
  const app = { declared: first };
  const open = () => new ParameterStore({ tables, declared: () => app.declared, clock });
  const put = (store: ParameterStore, value: string, version: number) =>
    store.put({ name: "/url", type: "String", value, version, tier: "Standard", dataType: "text" });
  return { clock, app, open, put };
}

const facts = (one: StoredParameter | undefined) => one && [one.value, one.version, one.modifiedAtMs];

it("has what the app declares, as it is now", async () => {
  const { app, open } = await openStore([declare("a")]);
  const store = open();
  expect(facts(await store.get("/url"))).toEqual(["a", 1, 1000]);
  app.declared = [declare("b")];
  expect(facts(await store.get("/url"))).toEqual(["b", 1, 1000]);
  app.declared = [];
  expect(await store.get("/url")).toBeUndefined();
});

it("keeps what was put over what is declared, until another value is", async () => {
  const { clock, app, open, put } = await openStore([declare("a")]);
  clock.advance(500);
  await put(open(), "mine", 2);
  expect(facts(await open().get("/url"))).toEqual(["mine", 2, 1500]);
  app.declared = [declare("b")];
  expect((await open().get("/url"))?.value).toBe("b");
  expect((await open().get("/url"))?.version).toBe(3);
});

it("keeps what was put when the app drops its declaration", async () => {
  const { app, open, put } = await openStore([declare("a")]);
  await put(open(), "mine", 2);
  app.declared = [];
  expect((await open().get("/url"))?.value).toBe("mine");
});

it("deletes what is declared, too, until another value is", async () => {
  const { app, open } = await openStore([declare("a")]);
  expect(await open().delete("/url")).toBe(true);
  expect(await open().delete("/url")).toBe(false);
  expect(await open().all()).toEqual([]);
  app.declared = [declare("b")];
  expect((await open().all()).map(({ value }) => value)).toEqual(["b"]);
});
