import { describe, expect, it } from "vitest";
import { componentOf } from "./components.ts";
import { LevelFilter } from "./level-filter.ts";

describe("componentOf", () => {
  it.each([
    ["gateway.slow-consumer", "gateway"],
    ["function-output", "function"],
    ["access", "access"],
    ["reloaded", "reload"],
    ["reload-failed", "reload"],
    ["constructor", "constructor"],
  ])("%s is of %s", (event, component) => {
    expect(componentOf(event)).toBe(component);
  });
});

describe("LevelFilter", () => {
  it("lets through a level and graver ones; info unless said", () => {
    const filter = new LevelFilter();
    expect(filter.allows("debug", "gateway.fault")).toBe(false);
    expect(filter.allows("info", "gateway.fault")).toBe(true);
    expect(new LevelFilter({ level: "error" }).allows("warn", "gateway.fault")).toBe(false);
  });

  it("knows a component's own level, whatever the others' is", () => {
    const filter = new LevelFilter({ level: "error", levels: { gateway: "debug" } });
    expect(filter.allows("debug", "gateway.fault")).toBe(true);
    expect(filter.allows("warn", "listener.fault")).toBe(false);
  });

  it("is changed from the next line on, and a component goes back to the others' level", () => {
    const filter = new LevelFilter();
    filter.set({ level: "warn", levels: { function: "debug" } });
    expect(filter.allows("debug", "function-log")).toBe(true);
    filter.set({ levels: { function: "default" } });
    expect(filter.allows("info", "function-log")).toBe(false);
    expect(filter.get().level).toBe("warn");
  });

  it("tells what counts for each component", () => {
    const filter = new LevelFilter({ levels: { topic: "debug" } });
    const found = filter.get().components.filter(({ component }) => ["table", "topic"].includes(component));
    expect(found).toMatchObject([
      { component: "table", level: "info", isOwn: false },
      { component: "topic", level: "debug", isOwn: true },
    ]);
  });

  it.each([{ level: "loud" }, { levels: { gateway: "loud" } }, { levels: { gatway: "debug" } }])(
    "changes nothing for %j",
    (changes) => {
      const filter = new LevelFilter();
      const before = filter.get();
      expect(() => filter.set({ ...changes, levels: { table: "debug", ...changes.levels } })).toThrow(
        expect.objectContaining({ code: "OPTION_INVALID" }),
      );
      expect(filter.get()).toEqual(before);
    },
  );
});
