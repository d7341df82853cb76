import Lambda from "aws-sdk/clients/lambda.js";
import SSM from "aws-sdk/clients/ssm.js";
import path from "node:path";
import { expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import type { AppModel } from "../../../src/model/app-model.ts";
import { apiId } from "../../../src/model/names.ts";
import { startLocal } from "../../../src/targets/local/start-local.ts";
import { sampleApi, sampleFunction, sampleModel } from "../../model/sample-model.ts";
import { makeFolder, removeFolder } from "../../support/holdfast.ts";
import { ask, credentials, region } from "./services-rig.ts";

const host = (api: string): string =>
  `${apiId(sampleModel.app.name, api)}.execute-api.${region}.amazonaws.com`;

const model: AppModel = {
  ...sampleModel,
  webSocketApis: [sampleApi({ name: "first" }), sampleApi({ name: "second", stage: "prod" })],
  functions: [
    sampleFunction({
      code: { kind: "handler", dir: ".", handler: "app.handler" },
      environment: {
        FIRST: `wss://${host("first")}/dev`,
        SECOND: `https://${host("second")}/prod`,
        BARE: host("first"),
      },
    }),
  ],
  httpRoutes: [
    {
      method: "GET",
      path: "/hello",
      function: "handler",
      aws: { payload: "2.0", apiId: "http123", stage: "$default" },
    },
  ],
  parameters: [{ name: "/chat/endpoint", type: "String", value: `wss://${host("second")}/prod` }],
  outputs: [
    { name: "Url", value: `wss://${host("second")}/prod`, description: "Where clients connect" },
    { name: "HttpUrl", value: `https://http123.execute-api.${region}.amazonaws.com/hello` },
    { name: "Table", value: "games" },
  ],
};

it("an app's URLs on AWS are this machine's in outputs, in parameters and in its functions' environment", async () => {
  const appDir = await makeFolder({
    "app.mjs": `export const handler = async (event) => {
      const { FIRST, SECOND, BARE } = process.env;
      if (event.rawPath !== undefined) return { statusCode: 200, body: event.rawPath };
      return { FIRST, SECOND, BARE, event };
    };`,
  });
  const app = await startLocal({
    appDir,
    stateDir: path.join(appDir, ".holdfast"),
    stage: "dev",
    reset: false,
    host: "localhost",
    port: 0,
    watch: false,
    clock: systemClock,
    log: silentLog,
    environment: { ...process.env, AWS_REGION: region },
    openFrontend: () => ({
      name: "given",
      read: async () => ({ model, diagnostics: [], inputs: [], codeRevisions: { handler: "1" } }),
      close: async () => {},
    }),
  });
  const [first = "", second = ""] = app.websockets.map(({ url }) => new URL(url).host);
  const options = { endpoint: app.http.replace(/\/$/, ""), region, ...credentials };
  try {
    expect(first).not.toBe(second);
    expect(app.outputs).toEqual([
      { name: "Url", value: `wss://${second}/prod`, description: "Where clients connect" },
      { name: "HttpUrl", value: `https://${first}/hello` },
      { name: "Table", value: "games" },
    ]);
    const asked = { headers: { host: `http123.execute-api.${region}.amazonaws.com` }, target: "/hello" };
    expect(await ask(app.http, asked)).toMatchObject({ status: 200, body: "/hello" });
    const { Parameter } = await new SSM(options).getParameter({ Name: "/chat/endpoint" }).promise();
    expect(Parameter?.Value).toBe(`wss://${second}/prod`);
    const { Payload } = await new Lambda(options)
      .invoke({ FunctionName: "handler", Payload: "[1]" })
      .promise();
    expect(JSON.parse(Buffer.from(Payload as Uint8Array).toString("utf8"))).toEqual({
      FIRST: `wss://${first}/dev`,
      SECOND: `https://${second}/prod`,
      BARE: first,
      event: [1],
    });
  } finally {
    await app.stop();
    await removeFolder(appDir);
  }
});
