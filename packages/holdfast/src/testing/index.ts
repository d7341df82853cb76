/** What `import … from "holdfast/testing"` gives. */
export { start, type StartOptions, type TestApp } from "./start.ts";
export type { SignatureOptions } from "../targets/local/signature-options.ts";
export type { ConnectOptions, NextOptions, TestClient } from "./test-client.ts";
