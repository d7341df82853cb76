import { expect, test } from "vitest";
import { lambdaModel } from "../../../test/fixtures/host/lambda-rig.ts";
import type { FunctionCalls } from "../../ports/function-calls.ts";
import { createInvoke } from "./invoke.ts";

test("a function that cannot take more is one that SDKs try again", async () => {
  const error = { code: "FUNCTION_OVERLOADED", name: "HoldfastError", message: "10 wait already" } as const;
  const calls: FunctionCalls = {
    invoke: () => Promise.resolve({ outcome: "failed", error }),
    send: () => expect.unreachable("It is no event"),
  };
  const invoke = createInvoke(() => ({ model: lambdaModel("f") }), calls);
  const request = {
    parameters: { FunctionName: "f" },
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.from("{}"),
  };
  const context = { requestId: "r", region: "us-east-1", caller: {} };
  await expect(invoke.run(request, context)).rejects.toMatchObject({
    code: "TooManyRequestsException",
    message: "Rate Exceeded.",
    status: 429,
  });
});
