import { describe, expect, it } from "vitest";
import { parseAccessLogFormat, unknownVariables } from "./access-log-format.ts";

const text = (value: string) => ({ kind: "text", text: value });
const variable = (name: string) => ({ kind: "variable", name });

describe("parseAccessLogFormat", () => {
  it("splits text and variables, whatever stands between them", () => {
    expect(
      parseAccessLogFormat('{"id":"$context.requestId", "ip":"$context.identity.sourceIp"}').parts,
    ).toEqual([
      text('{"id":"'),
      variable("requestId"),
      text('", "ip":"'),
      variable("identity.sourceIp"),
      text('"}'),
    ]);
    expect(parseAccessLogFormat("$context.stage$context.status").parts).toEqual([
      variable("stage"),
      variable("status"),
    ]);
    expect(parseAccessLogFormat("").parts).toEqual([]);
  });

  it.each([
    ["$context.stage-$context.status", [variable("stage"), text("-"), variable("status")]],
    ["$context.requestId.", [variable("requestId"), text(".")]],
    ["$context.authorizer.tenant-id", [variable("authorizer.tenant-id")]],
    ["$context.routeKey/x", [variable("routeKey"), text("/x")]],
  ])("reads a name no further than it goes: %s", (format, parts) => {
    expect(parseAccessLogFormat(format).parts).toEqual(parts);
  });

  it.each([
    ["a $foo", "character 3"],
    ["$", "character 1"],
    ["$context", "character 1"],
    ["$context.", "character 1"],
    ["ok $context.requestId ${context.stage}", "character 23"],
    ["$context.1", "character 1"],
    ["$$context.stage", "character 1"],
    ["one\ntwo", "line break at character 4"],
    ["x".repeat(3073), "3073 bytes; 3072"],
    ["ä".repeat(1537), "3074 bytes"],
  ])("refuses %j and says where", (format, where) => {
    expect(() => parseAccessLogFormat(format)).toThrow(
      expect.objectContaining({
        code: "ACCESS_LOG_FORMAT_INVALID",
        message: expect.stringContaining(where),
      }) as Error,
    );
  });

  it("takes what fits exactly, and more where more is allowed", () => {
    expect(parseAccessLogFormat("x".repeat(3072)).parts).toHaveLength(1);
    expect(parseAccessLogFormat("x".repeat(5000), 5000).parts).toHaveLength(1);
  });
});

it("unknownVariables names those that are always unset", () => {
  const format = parseAccessLogFormat(
    "$context.requestID $context.identity.sourceIp $context.authorizer.any $context.waf.status $context.path",
  );
  expect(unknownVariables(format)).toEqual(["requestID", "path"]);
});
