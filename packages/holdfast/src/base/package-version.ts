import { readFileSync } from "node:fs";

/** Of the Holdfast that runs. */
export function packageVersion(): string {
  // Both dist/ and src/base/ lie below the package's folder.
  const above = import.meta.url.endsWith(".ts") ? "../../package.json" : "../package.json";
  const text = readFileSync(new URL(above, import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
