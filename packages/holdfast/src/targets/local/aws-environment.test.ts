import { expect, it } from "vitest";
import { functionSurroundings, readHostNames } from "./aws-environment.ts";

const homeless = { HOME: "/nowhere" };

it("gives functions a region, credentials of nobody and authorities to trust", () => {
  expect(functionSurroundings({ ...homeless, AWS_CA_BUNDLE: "/corporate.pem" }, "/b.pem")).toEqual({
    HOME: "/nowhere",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "holdfast",
    AWS_SECRET_ACCESS_KEY: "holdfast",
    AWS_CA_BUNDLE: "/b.pem",
    REQUESTS_CA_BUNDLE: "/b.pem",
    SSL_CERT_FILE: "/b.pem",
    NODE_EXTRA_CA_CERTS: "/b.pem",
  });
});

it("keeps the user's own region and credentials", () => {
  const seen = functionSurroundings(
    { ...homeless, AWS_DEFAULT_REGION: "eu-west-1", AWS_PROFILE: "me" },
    "/b.pem",
  );
  expect(seen).toMatchObject({ AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1", AWS_PROFILE: "me" });
  expect(seen).not.toHaveProperty("AWS_ACCESS_KEY_ID");
});

it("adds nothing about AWS but the authorities where its names are left alone", () => {
  const seen = functionSurroundings({ ...homeless, HOLDFAST_AWS_NAMES: "off" }, "/b.pem");
  expect(Object.keys(seen).filter((name) => name.startsWith("AWS_"))).toEqual(["AWS_CA_BUNDLE"]);
});

it("reads names of this machine from HOLDFAST_HOSTS", () => {
  expect(readHostNames({ HOLDFAST_HOSTS: "Chat.test, game.test:8080,," })).toEqual([
    "chat.test",
    "game.test",
  ]);
  expect(readHostNames({})).toEqual([]);
});
