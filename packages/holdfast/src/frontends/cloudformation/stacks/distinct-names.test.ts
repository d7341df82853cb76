import { expect, it } from "vitest";
import { takeIds, takeNames } from "./distinct-names.ts";

it("ids are logical ids, behind the stack's name where another stack has the same", () => {
  const taken = new Set<string>();
  const ids = ["Topic", "Table"];
  expect(ids.map(takeIds(ids, "one", taken))).toEqual(["Topic", "Table"]);
  expect(ids.map(takeIds(["Topic"], "two", taken))).toEqual(["two-Topic", "Table"]);
  expect(takeIds(["Topic"], "two", taken)("Topic")).toBe("two2-Topic");
});

it("names that AWS gives away twice are the first one's; tables and the like keep theirs", () => {
  const taken = new Set<string>();
  const resource = (type: string, properties: Record<string, string | { Ref: string }>) => ({
    type,
    properties,
    metadata: {},
    dependsOn: [],
  });
  const api = (name: string | { Ref: string }) => resource("AWS::ApiGatewayV2::Api", { Name: name });
  const table = resource("AWS::DynamoDB::Table", { TableName: "games" });
  const stack = { A: api("chat"), B: api("chat"), C: api({ Ref: "Name" }), T: table };
  const names = (stackName: string) =>
    Object.values(takeNames(stack, stackName, taken)).map(({ properties }) => properties);
  expect(names("one")).toEqual([{ Name: "chat" }, {}, { Name: { Ref: "Name" } }, { TableName: "games" }]);
  expect(names("two")).toEqual([{}, {}, { Name: { Ref: "Name" } }, { TableName: "games" }]);
});
