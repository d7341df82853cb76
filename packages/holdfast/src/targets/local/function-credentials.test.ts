import { describe, expect, it } from "vitest";
import type { FunctionModel } from "../../model/app-model.ts";
import { FunctionCredentials } from "./function-credentials.ts";

const handler = (name: string): FunctionModel =>
  ({ name, code: { kind: "handler", dir: "/src", handler: "index.handler" } }) as unknown as FunctionModel;

function credentialsIn(
  environment: Record<string, string>,
  signatures: ConstructorParameters<typeof FunctionCredentials>[0]["signatures"] = { mode: "well-formed" },
): FunctionCredentials {
  return new FunctionCredentials({ signatures, accountId: "000000000000", environment });
}

describe("a function's credentials", () => {
  it("are its own, the same for a run, and tell whose they are", () => {
    const credentials = credentialsIn({ AWS_ACCESS_KEY_ID: "mine" });
    const [one, two] = [handler("one"), handler("two")];
    const keys = credentials.environmentOf(one);
    expect(keys.AWS_ACCESS_KEY_ID).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(credentials.environmentOf(one)).toEqual(keys);
    expect(credentials.environmentOf(two).AWS_ACCESS_KEY_ID).not.toBe(keys.AWS_ACCESS_KEY_ID);
    expect(credentials.functionOf(keys.AWS_ACCESS_KEY_ID ?? "")).toBe("one");
    expect(credentials.functionOf("mine")).toBeUndefined();
  });

  it("are the same in each process of an app, and others for each function", () => {
    const make = (keySeed: string) =>
      new FunctionCredentials({
        signatures: { mode: "well-formed" },
        accountId: "0".repeat(12),
        environment: {},
        keySeed,
      });
    const keys = make("seed").environmentOf(handler("one"));
    expect(make("seed").environmentOf(handler("one"))).toEqual(keys);
    expect(make("seed").environmentOf(handler("two"))).not.toEqual(keys);
    expect(make("another").environmentOf(handler("one"))).not.toEqual(keys);
    expect(keys.AWS_ACCESS_KEY_ID).toMatch(/^ASIA[A-Z2-7]{16}$/);
  });

  it("are none for a code-first app's functions", () => {
    const fn = { name: "one", code: { kind: "export", file: "a", export: "b" } } as unknown as FunctionModel;
    expect(credentialsIn({}).environmentOf(fn)).toEqual({});
  });

  it.each<[Record<string, string>, string | undefined]>([
    [{ HOLDFAST_AWS_NAMES: "off" }, "HOLDFAST_AWS_NAMES"],
    [{ AWS_ENDPOINT_URL_SES: "https://email.eu-west-1.amazonaws.com" }, "AWS_ENDPOINT_URL_SES"],
    [{ AWS_ENDPOINT_URL_SES: "http://localhost:4566" }, undefined],
    [{ AWS_PROFILE: "work" }, undefined],
  ])("under %j are the user's because of %s", (environment, variable) => {
    const credentials = credentialsIn(environment);
    expect(credentials.givenUp).toBe(variable);
    expect(Object.keys(credentials.environmentOf(handler("one")))).toHaveLength(
      variable === undefined ? 3 : 0,
    );
  });

  it("are taken beside the user's where signatures are checked", () => {
    const credentials = credentialsIn(
      {},
      { mode: "strict", credentials: new Map([["mine", { secret: "s" }]]) },
    );
    const keys = credentials.environmentOf(handler("one"));
    const { signatures } = credentials;
    const taken = signatures.mode === "strict" ? signatures.credentials : new Map();
    expect(taken.get("mine")).toEqual({ secret: "s" });
    expect(taken.get("another")).toBeUndefined();
    expect(taken.get(keys.AWS_ACCESS_KEY_ID ?? "")).toEqual({
      secret: keys.AWS_SECRET_ACCESS_KEY,
      sessionToken: keys.AWS_SESSION_TOKEN,
      userArn: "arn:aws:sts::000000000000:assumed-role/one/one",
    });
  });
});
