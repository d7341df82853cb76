import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { arbitraryModel } from "../../test/model/arbitrary-model.ts";
import { sampleApi, sampleModel } from "../../test/model/sample-model.ts";
import { isErrorCode } from "../base/errors.ts";
import type { AppModel } from "./app-model.ts";
import { validateModel } from "./validate.ts";

const validate = (change: Partial<AppModel>) => validateModel({ ...sampleModel, ...change });

describe("validateModel", () => {
  it("names schedules whose expression is none", () => {
    const schedules = [
      { name: "bad", expression: "every day", function: sampleModel.functions[0]?.name ?? "" },
    ];
    expect(validate({ schedules })).toMatchObject([{ code: "SCHEDULE_INVALID", subject: "schedule:bad" }]);
  });

  it("finds nothing in a valid app, for the local target as well", () => {
    expect(validateModel(sampleModel)).toEqual([]);
    expect(validateModel(sampleModel, "local", { stage: "dev" })).toEqual([]);
  });

  it("never throws, and gives every finding a known code, a subject and a message", () => {
    fc.assert(
      fc.property(arbitraryModel, (model) => {
        for (const finding of validateModel(model, "local", { stage: "dev" })) {
          expect(isErrorCode(finding.code)).toBe(true);
          expect(finding.subject).not.toBe("");
          expect(finding.message).toMatch(/^[A-Z]/);
        }
      }),
    );
  });

  it("returns everything at once", () => {
    const findings = validate({
      app: { name: "", port: 70_000 },
      webSocketApis: [sampleApi({ routeSelectionExpression: "", path: "chat" })],
      schedules: [{ name: "nightly", expression: "rate(1 day)", function: "absent" }],
    });
    expect(findings.map(({ code, subject }) => [code, subject])).toEqual([
      ["NAME_INVALID", "app"],
      ["EXPRESSION_INVALID", "websocket:chat"],
      ["LIMIT_INVALID", "app"],
      ["REFERENCE_UNKNOWN", "schedule:nightly"],
      ["PATH_INVALID", "websocket:chat"],
    ]);
  });
});
