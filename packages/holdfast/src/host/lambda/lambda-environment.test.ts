import { expect, it } from "vitest";
import type { FunctionModel } from "../../model/app-model.ts";
import { lambdaEnvironment } from "./lambda-environment.ts";

const place = { region: "eu-west-1", accountId: "000000000000" };

function environmentOf(own: Record<string, string>): Record<string, string> {
  const fn = {
    name: "one",
    runtime: "nodejs22.x",
    code: { kind: "handler", dir: "/src", handler: "index.handler" },
    environment: own,
  } as unknown as FunctionModel;
  const plan = { key: "one", functions: [fn] as const, environment: {}, memoryMb: 128 };
  const surroundings = {
    HOME: "/home/me",
    AWS_PROFILE: "work",
    AWS_ACCESS_KEY_ID: "mine",
    AWS_SECRET_ACCESS_KEY: "mine",
    AWS_SESSION_TOKEN: "mine",
    AWS_WEB_IDENTITY_TOKEN_FILE: "/token",
  };
  return lambdaEnvironment(plan, surroundings, { place, nowMs: 0 });
}

it("keys of a function's own come before all that the surroundings have", () => {
  const environment = environmentOf({ AWS_ACCESS_KEY_ID: "own", AWS_SECRET_ACCESS_KEY: "own" });
  expect(environment).toMatchObject({
    HOME: "/home/me",
    AWS_ACCESS_KEY_ID: "own",
    AWS_SECRET_ACCESS_KEY: "own",
  });
  for (const name of ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_WEB_IDENTITY_TOKEN_FILE"])
    expect(environment).not.toHaveProperty(name);
});

it("a function without keys has the surroundings'", () => {
  expect(environmentOf({})).toMatchObject({ AWS_PROFILE: "work", AWS_ACCESS_KEY_ID: "mine" });
});
