import { describe, expect, it } from "vitest";

import { onlyFinding } from "../../test/model/only-finding.ts";
import { sampleApi, sampleFunction, sampleModel, sampleTable } from "../../test/model/sample-model.ts";
import type { AppModel, WebSocketApi } from "./app-model.ts";
import { validateModel } from "./validate.ts";

const validate = (change: Partial<AppModel>) => validateModel({ ...sampleModel, ...change });
const validateApi = (change: Partial<WebSocketApi>) => validate({ webSocketApis: [sampleApi(change)] });

describe("names", () => {
  it.each([
    ["", "empty"],
    ["-games", "does not start with a letter or digit"],
    ["_games", "does not start with a letter or digit"],
    ["my games", "something other than"],
    ["spiele.é", "something other than"],
    ["games\n", "something other than"],
    ["x".repeat(256), "longer than 255"],
  ])("refuses %j", (name, why) => {
    const finding = onlyFinding(validate({ tables: [sampleTable({ name })] }));
    expect(finding).toMatchObject({ code: "NAME_INVALID", subject: `table:${name}` });
    expect(finding.message).toContain(why);
  });

  it("of what is Lambda's are bound by Lambda", () => {
    const name = "x".repeat(65);
    const finding = onlyFinding(validate({ functions: [sampleFunction(), sampleFunction({ name })] }));
    expect(finding).toMatchObject({ code: "NAME_INVALID", subject: `function:${name}` });
    expect(finding.message).toContain("longer than 64");
  });

  it.each(["g", "0", "Games-2_b", "games.v2", "x".repeat(255)])("accepts %j", (name) => {
    expect(validate({ tables: [sampleTable({ name })] })).toEqual([]);
  });

  it("are looked at for every kind of thing", () => {
    const name = "a b";
    const findings = validate({
      app: { name },
      webSocketApis: [
        sampleApi({
          name,
          authorizers: [{ name, function: "handler", identitySources: [] }],
          models: [{ name, contentType: "application/json", schema: {}, enforcedBy: "gateway" }],
        }),
      ],
      functions: [sampleFunction(), sampleFunction({ name })],
      tables: [
        sampleTable({
          name,
          indexes: [{ name, key: { name: "id", type: "string" }, projection: "all" }],
        }),
      ],
      buckets: [{ name, notifications: [], retain: false }],
      topics: [{ name, subscribers: [] }],
      schedules: [{ name, expression: "rate(1 day)", function: "handler" }],
    });
    expect(findings.map(({ code, subject }) => `${code} ${subject}`).toSorted()).toEqual([
      "NAME_INVALID app",
      "NAME_INVALID bucket:a b",
      "NAME_INVALID function:a b",
      "NAME_INVALID schedule:a b",
      "NAME_INVALID table:a b",
      "NAME_INVALID table:a b/index:a b",
      "NAME_INVALID topic:a b",
      "NAME_INVALID websocket:a b",
      "NAME_INVALID websocket:a b/authorizer:a b",
      "NAME_INVALID websocket:a b/model:a b",
    ]);
  });

  it("given twice are reported at the second, which is counted", () => {
    const tables = [sampleTable(), sampleTable({ name: "other" }), sampleTable()];
    expect(onlyFinding(validate({ tables }))).toEqual({
      code: "NAME_DUPLICATE",
      subject: "table:games",
      occurrence: 1,
      message: 'There is another table "games"',
    });
  });

  it("may be shared by things of different kinds, and of different APIs", () => {
    const authorizers = [{ name: "chat", function: "handler", identitySources: [] }];
    const findings = validate({
      webSocketApis: [sampleApi({ authorizers }), sampleApi({ name: "b", path: "/b", authorizers })],
      tables: [sampleTable({ name: "chat" })],
    });
    expect(findings).toEqual([]);
  });

  it("given twice in one API are reported", () => {
    const model = { name: "m", contentType: "application/json", schema: {}, enforcedBy: "gateway" } as const;
    expect(onlyFinding(validateApi({ models: [model, model] }))).toMatchObject({
      code: "NAME_DUPLICATE",
      subject: "websocket:chat/model:m",
      occurrence: 1,
    });
  });

  it.each(["$default", "", "a b", "x".repeat(129)])("refuses the stage %j", (stage) => {
    expect(onlyFinding(validateModel(sampleModel, undefined, { stage }))).toMatchObject({
      code: "NAME_INVALID",
      subject: "stage",
    });
  });
});
