import { configDefaults, defineConfig } from "vitest/config";

/** What compares with other programs, or stores with each other over many made-up programs: slow, and found in `npm test`. */
const comparisons = "packages/holdfast/test/{contract,cloudformation}/**/*.{oracles,boto3,equality}.test.ts";

const suite = (name: string, include: string[], timeoutMs = 20_000, exclude: string[] = []) => ({
  // What lies in a template is run by `node --test`, by those who start from it.
  test: {
    name,
    include,
    exclude: [...configDefaults.exclude, "examples/*/template/**", ...exclude],
    testTimeout: timeoutMs,
    // Some set up what they test by npm.
    hookTimeout: Math.max(60_000, timeoutMs),
  },
});

// Suites, from the fastest up. `npm run check` runs the first three; `npm test` runs all.
export default defineConfig({
  test: {
    projects: [
      suite("tidy", ["packages/holdfast/test/tidy/**/*.test.ts"], 60_000),
      suite("unit", ["packages/*/src/**/*.test.ts"]),
      suite("contract", ["packages/holdfast/test/{contract,cloudformation}/**/*.test.ts"], 60_000, [
        comparisons,
      ]),
      suite("comparisons", [comparisons], 60_000),
      suite("e2e", ["packages/holdfast/test/e2e/**/*.test.ts"], 30_000),
      suite("conformance", ["packages/holdfast/test/conformance/**/*.test.ts"], 60_000),
      suite("faults", ["packages/holdfast/test/faults/**/*.test.ts"], 60_000),
      suite("examples", ["examples/**/*.test.ts"], 30_000),
      suite("browser", ["packages/holdfast/test/browser/**/*.test.ts"], 90_000),
      suite("soak", ["packages/holdfast/test/soak/**/*.test.ts"], 300_000),
      suite("package", ["packages/holdfast/test/package/**/*.test.ts"], 300_000),
    ],
  },
});
