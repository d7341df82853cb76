import { expect, it } from "vitest";
import { sampleFunction, sampleModel } from "../../../test/model/sample-model.ts";
import type { AppModel } from "../../model/app-model.ts";
import { stylesFor } from "../output/styles.ts";
import { formatModel } from "./format-model.ts";
import { hideSecureValues } from "./secure-values.ts";

const plain = stylesFor({ isTTY: false } as NodeJS.WriteStream, { NO_COLOR: "1" });

const model: AppModel = {
  ...sampleModel,
  functions: [
    sampleFunction({
      name: "joiner",
      code: { kind: "handler", dir: "src/join", handler: "app.handler" },
      runtime: "python3.12",
      layers: ["layers/one", "layers/two"],
      policies: [],
    }),
  ],
  queues: [
    {
      name: "work",
      fifo: true,
      visibilityTimeoutMs: 30_000,
      delayMs: 0,
      retentionMs: 1,
      waitMs: 0,
      maximumMessageBytes: 1,
      contentBasedDeduplication: false,
      deadLetter: { queue: "dead", maximumReceives: 3 },
    },
  ],
  eventSources: [
    {
      function: "joiner",
      source: { kind: "queue", queue: "work" },
      batchSize: 10,
      windowMs: 0,
      partialFailures: false,
      filters: [],
      bisects: false,
    },
  ],
  eventRules: [{ name: "placed", pattern: '{ "source":\n["shop"] }', targets: [{ function: "joiner" }] }],
  parameters: [
    { name: "/chat/endpoint", type: "String", value: "wss://here" },
    { name: "/chat/key", type: "SecureString", value: "a secret value" },
  ],
  outputs: [{ name: "Url", value: "wss://there/dev", description: "Connect here" }],
};

it("shows what apps made for AWS have", () => {
  const text = formatModel(hideSecureValues(model), plain).replaceAll(/ {2,}/g, "  ");
  for (const row of [
    "  joiner  app.handler in src/join  python3.12, ",
    "Layers\n  joiner  layers/one\n  layers/two",
    "Queues\n  work  FIFO, hidden for 30000 ms, after 3 receives to dead",
    "Event sources\n  queue work  → joiner  10 at a time",
    `Event rules\n  placed  → joiner  { "source": ["shop"] }`,
    "Parameters\n  /chat/endpoint  String  wss://here\n  /chat/key  SecureString  (hidden)",
    "Outputs\n  Url  wss://there/dev  (Connect here)",
  ])
    expect(text).toContain(row);
});

it("shows the value of no secure parameter, and changes nothing else", () => {
  expect(JSON.stringify(hideSecureValues(model))).not.toContain("a secret value");
  expect({ ...hideSecureValues(model), parameters: [] }).toEqual({ ...model, parameters: [] });
});
