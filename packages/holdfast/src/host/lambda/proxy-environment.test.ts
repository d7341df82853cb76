import { expect, test } from "vitest";
import { withoutProxyToGateway } from "./proxy-environment.ts";

const proxied = { HTTPS_PROXY: "http://proxy.example:3128", HOLDFAST_GATEWAY: "localhost:3333" };

test("a proxy stands neither before AWS's names nor before this machine", () => {
  const names = "localhost,127.0.0.1,.amazonaws.com,.amazonaws.com.cn";
  expect(withoutProxyToGateway(proxied)).toEqual({ ...proxied, NO_PROXY: names, no_proxy: names });
  expect(withoutProxyToGateway({ ...proxied, NO_PROXY: "intra.example" })).toMatchObject({
    NO_PROXY: `intra.example,${names}`,
    no_proxy: `intra.example,${names}`,
  });
});

test("it is the user's where AWS's names are left alone, and where nothing goes through it", () => {
  for (const environment of [
    { ...proxied, NO_PROXY: "*", no_proxy: "*" },
    { ...proxied, HOLDFAST_AWS_NAMES: "off" },
    { HOLDFAST_GATEWAY: "localhost:3333" },
    { HTTPS_PROXY: proxied.HTTPS_PROXY },
  ])
    expect(withoutProxyToGateway(environment)).toEqual(environment);
});
