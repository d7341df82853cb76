import { expect, it } from "vitest";
import { withGatewayCredentials } from "./gateway-credentials.ts";

it("functions of a server have keys that nobody can guess, another pair in each run", () => {
  const [one, other] = [withGatewayCredentials({}, undefined), withGatewayCredentials({}, undefined)];
  expect(one.AWS_ACCESS_KEY_ID).toMatch(/^AKIA[0-9A-F]{16}$/);
  expect(one.AWS_SECRET_ACCESS_KEY?.length).toBeGreaterThanOrEqual(40);
  expect(one.AWS_SECRET_ACCESS_KEY).not.toBe(other.AWS_SECRET_ACCESS_KEY);
});

it("whoever brings keys keeps them", () => {
  const own = { AWS_ACCESS_KEY_ID: "mine", AWS_SECRET_ACCESS_KEY: "secret" };
  expect(withGatewayCredentials(own, undefined)).toEqual(own);
  expect(withGatewayCredentials({ AWS_PROFILE: "work" }, undefined)).toEqual({ AWS_PROFILE: "work" });
});

it("the public name leads functions to the gateway, beside the names that are given", () => {
  const environment = { AWS_PROFILE: "work", HOLDFAST_HOSTS: "other.example" };
  expect(withGatewayCredentials(environment, "https://Chat.example.com:8443/").HOLDFAST_HOSTS).toBe(
    "other.example,chat.example.com",
  );
});
