import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll } from "vitest";

/**
 * Lets a file's many store threads share what Node compiles. Without it each thread brings up the WebAssembly that strips
 * types: that takes ten times as long as opening a store, and V8 13.6 crashes once in some thousand such threads
 * (`Check failed: jit_page.has_value()` when a wrapper around imports is freed). Built code has no types to strip.
 */
export function shareCompiledThreads(): void {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-compiled-"));
    process.env["NODE_COMPILE_CACHE"] = folder;
  });

  afterAll(async () => {
    delete process.env["NODE_COMPILE_CACHE"];
    await rm(folder, { recursive: true });
  });
}
