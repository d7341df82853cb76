import { expect, test } from "vitest";
import { packageName } from "./package-name.ts";

test.each([
  ["chat", "chat"],
  ["My Chat", "my-chat"],
  ["Café Zoë", "cafe-zoe"],
  [".hidden", "hidden"],
  ["_x_", "x_"],
  ["a/b", "a-b"],
  ["聊天", "my-app"],
  ["", "my-app"],
  ["holdfast", "my-app"],
  ["node_modules", "my-app"],
])("the package in a folder called %j", (folder, expected) => {
  expect(packageName(folder)).toBe(expected);
});
