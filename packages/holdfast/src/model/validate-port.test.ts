import { describe, expect, it } from "vitest";

import { onlyFinding } from "../../test/model/only-finding.ts";
import { sampleApi, sampleModel } from "../../test/model/sample-model.ts";
import type { AppModel } from "./app-model.ts";
import { validateModel, type Finding } from "./validate.ts";

const validate = (change: Partial<AppModel>) => validateModel({ ...sampleModel, ...change });

describe("the port", () => {
  const http = (...routes: readonly (readonly [string, string])[]) =>
    validate({ httpRoutes: routes.map(([method, path]) => ({ method, path, function: "handler" })) });
  const apis = (...paths: readonly (string | undefined)[]) => ({
    webSocketApis: paths.map((path, at) =>
      sampleApi({ name: `api${at}`, ...(path !== undefined && { path }) }),
    ),
  });
  const atStage = (change: Partial<AppModel>, stage = "dev") =>
    validateModel({ ...sampleModel, ...change }, undefined, { stage });
  const sites = (...paths: readonly string[]) =>
    validate({ staticSites: paths.map((path) => ({ path, folder: "public", fingerprint: false })) });

  it.each<[string, readonly Finding[], string, RegExp]>([
    ["an API", validate(apis("chat")), "websocket:api0", /does not start with \//],
    ["an HTTP route", http(["GET", "/a/"]), "http:GET /a/", /empty segment/],
    ["a static site", sites("/a b"), "static:/a b", /no plain segment/],
    ["a static site with a parameter", sites("/{a}"), "static:/{a}", /files have none/],
    ["an HTTP route without a method", http(["get", "/a"]), "http:get /a", /in capitals/],
  ])("cannot have %s anywhere", (_, findings, subject, message) => {
    const finding = onlyFinding(findings);
    expect(finding).toMatchObject({ code: "PATH_INVALID", subject });
    expect(finding.message).toMatch(message);
  });

  it.each<[string, readonly Finding[], string, RegExp]>([
    ["two APIs", validate(apis("/chat/{room}", "/chat/{name}")), "websocket:api1", /WebSocket API "api0"/],
    ["an API and the stage", atStage(apis("/dev")), "websocket:api0", /the stage \/dev/],
    ["an API whose pattern takes the stage", atStage(apis(undefined, "/{room}")), "websocket:api1", /stage/],
    [
      "two HTTP routes of one method",
      http(["GET", "/games/{id}"], ["POST", "/games/{id}"], ["GET", "/games/{game}"]),
      "http:GET /games/{game}",
      /HTTP route GET \/games\/\{id\}/,
    ],
    ["two static sites", sites("/a", "/b", "/a"), "static:/a", /static site \/a/],
    [
      "the stage and an HTTP route",
      atStage({ ...apis(undefined), httpRoutes: [{ method: "GET", path: "/dev", function: "handler" }] }),
      "http:GET /dev",
      /the stage \/dev/,
    ],
    [
      "the stage and an HTTP route for any method",
      atStage({ ...apis(undefined), httpRoutes: [{ method: "ANY", path: "/dev", function: "handler" }] }),
      "http:ANY /dev",
      /the stage \/dev/,
    ],
    [
      "the stage and files",
      atStage({ ...apis(undefined), staticSites: [{ path: "/dev", folder: "public", fingerprint: false }] }),
      "static:/dev",
      /the stage \/dev/,
    ],
    ["Holdfast's pages and an API", validate(apis("/_holdfast")), "websocket:api0", /Holdfast's own/],
    [
      "Holdfast's pages and a route",
      http(["GET", "/_holdfast/x"]),
      "http:GET /_holdfast/x",
      /Holdfast's own/,
    ],
  ])("has one place for %s", (_, findings, subject, message) => {
    const finding = onlyFinding(findings);
    expect(finding).toMatchObject({ code: "PATH_COLLISION", subject });
    expect(finding.message).toMatch(message);
  });

  it("counts the same HTTP route twice as the second of its name", () => {
    expect(onlyFinding(http(["GET", "/a"], ["GET", "/a"]))).toMatchObject({
      code: "PATH_COLLISION",
      subject: "http:GET /a",
      occurrence: 1,
    });
  });

  it.each<[string, readonly Finding[]]>([
    ["a route and a more specific one", http(["GET", "/games/{id}"], ["GET", "/games/new"])],
    ["any method and one", http(["ANY", "/games"], ["GET", "/games"])],
    ["sockets, a route and files at the root", atStage({ ...apis("/"), ...pageAtRoot })],
    ["several APIs at the stage", atStage(apis(undefined, undefined))],
    [
      "a route of another method at the stage, and a pattern that takes it among others",
      atStage({
        ...apis(undefined),
        httpRoutes: [
          { method: "POST", path: "/dev", function: "handler" },
          { method: "GET", path: "/{name}", function: "handler" },
        ],
      }),
    ],
    [
      "a route where no API is at the stage",
      atStage({ ...apis("/"), httpRoutes: [{ method: "GET", path: "/dev", function: "handler" }] }),
    ],
    ["a pattern where no API is at the stage", atStage(apis("/{room}"))],
    ["an API at another stage's name", atStage(apis(undefined, "/prod"))],
  ])("has room for %s", (_, findings) => {
    expect(findings).toEqual([]);
  });
});

const pageAtRoot: Partial<AppModel> = {
  httpRoutes: [{ method: "GET", path: "/", function: "handler" }],
  staticSites: [{ path: "/", folder: "public", fingerprint: false }],
};
