import { expect, it } from "vitest";
import { judgeConnect } from "./connect-verdict.ts";

const error = { name: "HoldfastError", message: "x" };

it("judgeConnect tells a function that overran its own time (502) from one that kept the gateway waiting (504)", () => {
  expect(judgeConnect({ outcome: "timed-out", error })).toEqual({
    kind: "fail",
    status: 502,
    message: "Internal server error",
  });
  expect(judgeConnect({ outcome: "no-answer", error })).toEqual({
    kind: "fail",
    status: 504,
    message: "Endpoint request timed out",
  });
});
