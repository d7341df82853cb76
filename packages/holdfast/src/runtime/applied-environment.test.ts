import { afterEach, expect, test } from "vitest";
import { AppliedEnvironment } from "./applied-environment.ts";

afterEach(() => {
  for (const name of ["HF_TEST_A", "HF_TEST_B", "HF_TEST_C"]) delete process.env[name];
});

const seen = () => [process.env.HF_TEST_A, process.env.HF_TEST_B, process.env.HF_TEST_C];

test("what is applied lies over what was there, and takes the place of what was applied before", () => {
  process.env.HF_TEST_A = "base";
  const environment = new AppliedEnvironment();
  environment.apply({ HF_TEST_A: "1", HF_TEST_B: "1" });
  expect(seen()).toEqual(["1", "1", undefined]);
  environment.apply({ HF_TEST_B: "2", HF_TEST_C: "2" });
  expect(seen()).toEqual(["base", "2", "2"]);
  environment.apply({});
  expect(seen()).toEqual(["base", undefined, undefined]);
});
