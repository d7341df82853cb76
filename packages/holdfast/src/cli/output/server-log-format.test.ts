import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import type { LogEntry } from "../../base/log.ts";
import type { LogsConfiguration } from "../../model/server-configuration.ts";
import { chooseLogFormat } from "./server-log-format.ts";

const entry: LogEntry = { level: "info", event: "gateway.note", fields: { message: "Hello" } };

const write = (format: LogsConfiguration["format"], isTTY: boolean, one = entry): string | undefined => {
  const stdout = Object.assign(new PassThrough(), { isTTY });
  const io = { stdout, env: { NO_COLOR: "1" }, cwd: "/" };
  return chooseLogFormat(format, { name: () => "chat" }, io)(one, 0);
};

const pretty = /^\d\d:\d\d:\d\d · Hello$/;
const ecs = /^\{"@timestamp":.*"log.logger":"gateway","service.name":"chat"\}$/;

it.each([
  ["auto", true, pretty],
  ["auto", false, ecs],
  ["pretty", false, pretty],
  ["ecs", true, ecs],
] as const)("%s, on a terminal: %s, is %s", (format, isTTY, form) => {
  expect(write(format, isTTY)).toMatch(form);
});

it("leaves out for people what would bury the rest", () => {
  const report: LogEntry = { level: "info", event: "function-report", fields: { message: "START" } };
  expect(write("pretty", true, report)).toBeUndefined();
  expect(write("ecs", true, report)).toContain("START");
});
