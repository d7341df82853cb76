import { expect, test } from "vitest";
import { App } from "./app.ts";

test("a static folder is declared with its options, and asked for its files through the host", async () => {
  const app = new App("x");
  const files = app.static("public", { path: "/_static", fingerprint: true, notFound: "404.html" });
  app.static("plain");
  expect(app.declare().model.staticSites).toEqual([
    { path: "/_static", folder: "public", fingerprint: true, notFound: "404.html" },
    { path: "/", folder: "plain", fingerprint: false },
  ]);
  await expect(files.url("app.js")).rejects.toMatchObject({ code: "RESOURCE_OUTSIDE_HANDLER" });

  const calls: unknown[] = [];
  app.attach({
    call: (...call) => {
      calls.push(call);
      return Promise.resolve("/_static/app-0123456789.js");
    },
  });
  expect(await files.url("app.js")).toBe("/_static/app-0123456789.js");
  expect(calls).toEqual([["static:/_static", "url", { file: "app.js" }]]);
});
