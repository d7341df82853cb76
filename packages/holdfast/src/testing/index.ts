/** What `import … from "holdfast/testing"` gives. */
export { start, type StartOptions, type TestApp } from "./start.ts";
export type { SignatureOptions } from "../targets/local/signatures.ts";
export type { ConnectOptions, NextOptions, TestClient } from "./test-client.ts";
