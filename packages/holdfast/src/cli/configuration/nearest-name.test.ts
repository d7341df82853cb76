import { expect, it } from "vitest";
import { nearestName } from "./nearest-name.ts";

const names = ["port", "host", "stage", "connectionsPerAddress", "connections"];

it.each([
  ["prot", "port"],
  ["ports", "port"],
  ["pot", "port"],
  ["Host", "host"],
  ["connections_per_address", "connectionsPerAddress"],
  ["conectionsPerAdress", "connectionsPerAddress"],
  ["connection", "connections"],
])("takes %s for %s", (given, meant) => {
  expect(nearestName(given, names)).toBe(meant);
});

it.each(["", "x", "best", "posts", "address"])("takes %j for none of the names", (given) => {
  expect(nearestName(given, names)).toBeUndefined();
});
