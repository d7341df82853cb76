import path from "node:path";
import ApiGatewayV2 from "aws-sdk/clients/apigatewayv2.js";
import CloudWatchLogs from "aws-sdk/clients/cloudwatchlogs.js";
import EventBridge from "aws-sdk/clients/eventbridge.js";
import Lambda from "aws-sdk/clients/lambda.js";
import { strToU8, zipSync } from "fflate";
import { expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import type { AppModel } from "../../../src/model/app-model.ts";
import { startLocal, type LocalApp } from "../../../src/targets/local/start-local.ts";
import { eventually } from "../../../src/testing/eventually.ts";
import { sampleApi, sampleFunction, sampleModel } from "../../model/sample-model.ts";
import { makeFolder, removeFolder } from "../../support/holdfast.ts";
import { credentials, region } from "./services-rig.ts";

const model: AppModel = {
  ...sampleModel,
  webSocketApis: [sampleApi({ name: "chat" })],
  functions: [
    sampleFunction({ runtime: "nodejs24.x", code: { kind: "handler", dir: ".", handler: "app.handler" } }),
  ],
  httpRoutes: [],
  eventRules: [{ name: "placed", pattern: '{"source":["shop"]}', targets: [{ function: "handler" }] }],
};

function startApp(appDir: string): Promise<LocalApp> {
  return startLocal({
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
    // The log is kept where commands can reach the app.
    commandsFolder: path.join(appDir, "commands"),
    openFrontend: () => ({
      name: "given",
      read: async () => ({ model, diagnostics: [], inputs: [], codeRevisions: { handler: "1" } }),
      close: async () => {},
    }),
  });
}

it("an event reaches a function, whose lines are in its log group; uploaded code outlives a restart", async () => {
  const appDir = await makeFolder({
    "app.mjs": "export const handler = async (event) => console.log('got ' + event['detail-type']);",
  });
  const group = { logGroupName: "/aws/lambda/handler", filterPattern: '"got placed"' };
  try {
    for (const expected of [1, 2]) {
      const app = await startApp(appDir);
      try {
        const options = { endpoint: app.http.replace(/\/$/, ""), region, ...credentials, maxRetries: 0 };
        const [logs, events, lambda] = [
          new CloudWatchLogs(options),
          new EventBridge(options),
          new Lambda(options),
        ];
        const Entries = [{ Source: "shop", DetailType: "placed", Detail: "{}" }];
        await events.putEvents({ Entries }).promise();
        await eventually(async () => {
          const found = (await logs.filterLogEvents(group).promise()).events ?? [];
          expect(found).toHaveLength(1);
        }, 8_000);
        const [api] = (await new ApiGatewayV2(options).getApis().promise()).Items ?? [];
        expect(`${api?.ApiEndpoint}/dev`).toBe(app.websockets[0]?.url);
        const invoked = async (): Promise<string> => {
          const { Payload = "" } = await lambda.invoke({ FunctionName: "handler" }).promise();
          return Buffer.from(Payload as Uint8Array).toString();
        };
        expect(await invoked()).toBe(expected === 1 ? "null" : '"uploaded"');
        const code = "export const handler = async () => 'uploaded';";
        const ZipFile = Buffer.from(zipSync({ "app.mjs": strToU8(code) }));
        if (expected === 1) await lambda.updateFunctionCode({ FunctionName: "handler", ZipFile }).promise();
        expect(await invoked()).toBe('"uploaded"');
        const { Configuration } = await lambda.getFunction({ FunctionName: "handler" }).promise();
        expect(Configuration?.CodeSize).toBe(ZipFile.byteLength);
      } finally {
        await app.stop();
      }
    }
  } finally {
    await removeFolder(appDir);
  }
});
