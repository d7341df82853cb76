import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { HoldfastError } from "../../../base/errors.ts";

/** Synthesizing may install nothing and ask nobody; what takes longer than this waits for something. */
const timeoutMs = 120_000;
/** Of what the app writes: its end tells what is wrong. */
const keptOutputLength = 20_000;

export interface SynthesizeOptions {
  /** Absolute path of the folder with the `cdk.json`. */
  readonly appDir: string;
  /** Where the assembly goes. */
  readonly outDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Has a CDK app's own `cdk` synthesize it. Rejects with `RUNTIME_MISSING` where none is installed, and with
 * `APP_EVALUATION_FAILED` and what the app wrote when it fails.
 */
export async function synthesize({ appDir, outDir, environment }: SynthesizeOptions): Promise<void> {
  const cdk = findCdk(appDir);
  if (cdk === undefined) {
    throw new HoldfastError("RUNTIME_MISSING", `No cdk is installed for the app in ${appDir}`, {
      hint: "Install it there (npm install --save-dev aws-cdk), or synthesize the app yourself and give its cdk.out.",
    });
  }
  const child = spawn(
    cdk,
    ["synth", "--quiet", "--no-notices", "--no-version-reporting", "--output", outDir],
    {
      cwd: appDir,
      env: { ...environment, CI: "1", CDK_DISABLE_CLI_TELEMETRY: "true" },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeoutMs,
    },
  );
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-keptOutputLength);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = await new Promise<number | string | null>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
  if (ended === 0) return;
  const why = ended === "SIGTERM" ? `it took longer than ${timeoutMs / 1000} s` : `it ended with ${ended}`;
  throw new HoldfastError("APP_EVALUATION_FAILED", `cdk synth failed: ${why}\n${output.trim()}`, {
    hint: "Run `npx cdk synth` there and mend what it says.",
  });
}

/** Of the app's own folder, or of one above it, as npm's workspaces have it. */
function findCdk(appDir: string): string | undefined {
  const name = process.platform === "win32" ? "cdk.cmd" : "cdk";
  for (let folder = appDir; ; folder = path.dirname(folder)) {
    const found = path.join(folder, "node_modules", ".bin", name);
    if (existsSync(found)) return found;
    if (folder === path.dirname(folder)) return undefined;
  }
}
