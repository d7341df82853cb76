import { describe, expect, it } from "vitest";
import { gatewayFor } from "./aws-names.ts";

const api = "a1.execute-api.us-east-1.amazonaws.com";
const environment = { HOLDFAST_GATEWAY: "localhost:3333" };

describe("inside functions", () => {
  it.each([
    [api, 443],
    [api, 80],
    [`${api}.`, 443],
    [api.toUpperCase(), 443],
    ["bucket.s3.eu-west-1.amazonaws.com", 443],
    ["dynamodb.cn-north-1.amazonaws.com.cn", 443],
  ])("%s on port %i leads to the gateway", (host, port) => {
    expect(gatewayFor(host, port, environment)).toEqual({ host: "localhost", port: 3333 });
  });

  it.each([
    ["example.com", 443],
    ["localhost", 443],
    ["amazonaws.com.example.com", 443],
    // A database and a cache of AWS's.
    ["app.cluster.us-east-1.rds.amazonaws.com", 5432],
    ["app.cache.amazonaws.com", 6379],
  ])("%s on port %i is left alone", (host, port) => {
    expect(gatewayFor(host, port, environment)).toBeUndefined();
  });

  it("every name is left alone where there is no gateway", () => {
    expect(gatewayFor(api, 443, {})).toBeUndefined();
    expect(gatewayFor(api, 443, { HOLDFAST_GATEWAY: "" })).toBeUndefined();
  });

  it("HOLDFAST_AWS_NAMES=off leaves AWS's names alone", () => {
    expect(gatewayFor(api, 443, { ...environment, HOLDFAST_AWS_NAMES: "off" })).toBeUndefined();
  });

  it("a name that AWS_ENDPOINT_URL gives is meant as it is, and no other", () => {
    const own = { ...environment, AWS_ENDPOINT_URL_S3: "https://s3.eu-west-1.amazonaws.com" };
    expect(gatewayFor("s3.eu-west-1.amazonaws.com", 443, own)).toBeUndefined();
    expect(gatewayFor(api, 443, own)).toBeDefined();
    expect(gatewayFor(api, 443, { ...environment, AWS_ENDPOINT_URL: "no URL" })).toBeDefined();
  });

  it("configured names lead to the gateway as well", () => {
    const named = { HOLDFAST_GATEWAY: "[::1]:3333", HOLDFAST_HOSTS: "chat.test, Game.test" };
    expect(gatewayFor("game.test", 443, named)).toEqual({ host: "::1", port: 3333 });
    expect(gatewayFor("other.test", 443, named)).toBeUndefined();
  });
});
