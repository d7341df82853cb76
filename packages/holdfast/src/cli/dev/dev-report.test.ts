import { expect, it } from "vitest";
import { sampleModel } from "../../../test/model/sample-model.ts";
import { stylesFor } from "../output/styles.ts";
import { formatBanner } from "./dev-report.ts";

const plain = stylesFor({ isTTY: false } as NodeJS.WriteStream, { NO_COLOR: "1" });
const app = {
  name: "chat",
  stage: "dev",
  model: sampleModel,
  resources: { call: () => Promise.resolve() },
  websockets: [{ name: "chat", url: "ws://localhost:3333/dev" }],
  http: "http://localhost:3333/",
  functions: ["chat-connect"],
  outputs: [],
  diagnostics: [],
};

it("lists outputs under each other behind the functions", () => {
  const outputs = [
    { name: "Url", value: "wss://localhost:3333/dev", description: "Where clients connect" },
    { name: "TableName", value: "games\u001b[2J" },
  ];
  expect(
    formatBanner({ ...app, outputs }, 12.3, plain)
      .split("\n")
      .slice(5, 10),
  ).toEqual([
    "  Functions  chat-connect",
    "",
    "  Outputs",
    "    Url        wss://localhost:3333/dev",
    "    TableName  games\\u001b[2J",
  ]);
});

it("says nothing of outputs where there are none", () => {
  expect(formatBanner(app, 12.3, plain)).not.toContain("Outputs");
});
