import { expect, it } from "vitest";
import { readSettings } from "./read-settings.ts";

it("takes a level for all and levels of components, the last of each", () => {
  expect(readSettings([])).toEqual({ levels: {} });
  expect(readSettings(["warn", "gateway=debug", "table=error", "gateway=default"])).toEqual({
    level: "warn",
    levels: { gateway: "default", table: "error" },
  });
});

it.each(["", "=debug", "gateway=", "gateway=debug=info"])("refuses %j", (setting) => {
  expect(() => readSettings([setting])).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
});
