import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../base/clock.ts";
import { silentLog } from "../../../base/log.ts";
import { MemoryNetwork } from "../../../gateway/cluster/memory-backplane.ts";
import type { Table } from "../../../model/app-model.ts";
import { openTableTopicBus } from "../../../stores/tables/topic-bus.ts";
import { openLocalStores } from "../stores.ts";
import { HandedState } from "./handed-state.ts";

const notes: Table = { name: "notes", key: { name: "id", type: "string" }, indexes: [], retain: false };
const [clock, log] = [systemClock, silentLog];

describe("state that changes hands", () => {
  let folder: string;
  let network: MemoryNetwork;
  const opened: HandedState[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "holdfast-state-"));
    network = new MemoryNetwork();
  });

  afterEach(async () => {
    for (const state of opened.splice(0)) await state.stores.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(node: number): Promise<HandedState> {
    const state = await HandedState.open({
      backplane: network.join(node),
      openStores: () => openLocalStores({ folder, reset: false, clock, log }),
      openBus: (tables) => openTableTopicBus({ tables, clock, log }),
    });
    opened.push(state);
    await state.stores.tables.define([notes]);
    await state.stores.buckets.define(["files"]);
    return state;
  }

  const put = (state: HandedState, id: string) =>
    state.stores.tables.write([{ kind: "put", table: "notes", item: { id: { S: id } } }]);
  const ids = async (state: HandedState) =>
    (await state.stores.tables.scan({ table: "notes" })).items.map(({ id }) => JSON.stringify(id)).toSorted();

  it("is given away while objects change of which a topic is told", async () => {
    const old = await open(0);
    old.bus.define([{ name: "bucket:files", subscribers: [{ name: "reader", deliver: async () => {} }] }]);
    old.stores.buckets.watch((change) => old.bus.publish("bucket:files", { text: JSON.stringify(change) }));
    const putting = old.stores.buckets.put("files", "one", { bytes: Buffer.from("x") });
    await old.release();
    expect(await putting).toMatchObject({ key: "one" });
    const waiting = old.stores.buckets.put("files", "two", { bytes: Buffer.from("x") });
    const young = await open(1);
    old.passTo(1);
    await waiting;
    expect(await young.stores.buckets.head("files", "two")).toMatchObject({ key: "two" });
  });

  it("is read and written by the old owner as before, at the new one", async () => {
    const old = await open(0);
    await put(old, "1");
    await old.release();
    const waiting = [put(old, "2"), put(old, "3")];
    const young = await open(1);
    old.passTo(1);
    await Promise.all(waiting);
    expect(await ids(young)).toEqual(['{"S":"1"}', '{"S":"2"}', '{"S":"3"}']);
    expect(await ids(old)).toEqual(await ids(young));
    expect(await old.stores.tables.get("notes", { id: { S: "9" } })).toBeUndefined();
  });

  it("keeps bytes bytes, and refusals refusals", async () => {
    const old = await open(0);
    await old.release();
    await open(1);
    old.passTo(1);
    await old.stores.buckets.put("files", "a", { bytes: Uint8Array.of(1, 255) });
    const found = await old.stores.buckets.get("files", "a");
    expect(Array.from(found?.bytes ?? [])).toEqual([1, 255]);
    expect(await old.stores.buckets.list("files", {})).toMatchObject({ objects: [{ key: "a" }] });
    await expect(old.stores.buckets.get("none", "a")).rejects.toMatchObject({
      code: "BUCKET_REQUEST_INVALID",
    });
  });

  it("tells of changes where they are made, whoever made them", async () => {
    const old = await open(0);
    const heard: string[] = [];
    old.stores.tables.watch(() => heard.push("old"));
    await put(old, "1");
    await old.release();
    const young = await open(1);
    young.stores.tables.watch(() => heard.push("young"));
    old.passTo(1);
    await put(old, "2");
    expect(heard).toEqual(["old", "young"]);
  });

  it("waits for what is under way before it is given away, and loses none of many writes", async () => {
    const old = await open(0);
    const before = Array.from({ length: 200 }, (_, index) => put(old, `before ${index}`));
    const released = old.release();
    const after = Array.from({ length: 200 }, (_, index) => put(old, `after ${index}`));
    await released;
    await Promise.all(before);
    const young = await open(1);
    old.passTo(1);
    await Promise.all(after);
    expect(await ids(young)).toHaveLength(400);
  });

  it("comes back where nobody took it, watched as before", async () => {
    const old = await open(0);
    const heard: string[] = [];
    old.stores.tables.watch((change) => void heard.push(change.kind));
    await old.release();
    const waiting = put(old, "1");
    await old.takeBack();
    await waiting;
    expect(await ids(old)).toEqual(['{"S":"1"}']);
    expect(heard).toHaveLength(1);
    await old.release();
  });

  it("has its topics' messages delivered by the new owner", async () => {
    const old = await open(0);
    const delivered: string[] = [];
    const define = (state: HandedState, owner: string) =>
      state.bus.define([
        {
          name: "news",
          subscribers: [{ name: "a", deliver: async ({ text }) => void delivered.push(`${owner} ${text}`) }],
        },
      ]);
    define(old, "old");
    await old.bus.publish("news", { text: "1" });
    await old.release();
    const waiting = old.bus.publish("news", { text: "2" });
    const young = await open(1);
    define(young, "young");
    old.passTo(1);
    expect(await waiting).toMatch(/./);
    await expect.poll(() => delivered).toEqual(["old 1", "young 2"]);
    await young.bus.close();
  });
});
