import fc from "fast-check";
import { expect, it } from "vitest";
import { hasErrors } from "../../model/diagnostic.ts";
import { defaultServerConfiguration, type ServerConfiguration } from "../../model/server-configuration.ts";
import { assemble } from "./assemble.ts";
import { Findings } from "./findings.ts";
import { formatConfiguration, toShownConfiguration } from "./format-configuration.ts";
import type { ScalarKind } from "./kinds.ts";
import { readFileText } from "./read-file.ts";
import type { Said } from "./read-setting.ts";
import { settingOf, settingPaths } from "./settings.ts";

const where = { name: "somewhere", folder: "/" };

/** Something for every kind, and what YAML might take for something else. */
const texts = [
  ["0", "1", "0.5", "1e-7", "1012", "8080", "30000", "45s", "64KB", "1GB", "true", "no", "null", "~", "1.10"],
  ["a", "a b", "- a", "a: b", "# a", " a ", "'a'", '"', "*a", "!a", "€", "a\u0085b", "/", "/a b", "k.pem"],
  ["10.0.0.0/8", "::1", "https://a.example", "https://*.a.example", "node:24", "1Gi", "$context.status"],
  ["const", "ratelimiting", "pretty", "debug", "warn", "gateway", "http", "NodePort", "ClusterIP"],
].flat();

function valueOf<T>(kind: ScalarKind<T>): fc.Arbitrary<T> {
  return fc
    .oneof(fc.constantFrom(...texts), fc.string({ unit: "grapheme" }))
    .map((text) => kind.parse(text, "/srv"))
    .filter((value) => value !== undefined);
}

const configurations: fc.Arbitrary<ServerConfiguration> = fc
  .tuple(
    ...settingPaths
      .filter((path) => settingOf(path).isSecret !== true)
      .map((path) => {
        const { kind } = settingOf(path);
        const value: fc.Arbitrary<unknown> =
          kind.shape === "scalar"
            ? valueOf(kind)
            : kind.shape === "list"
              ? fc.array(valueOf(kind.item), { maxLength: 3 })
              : fc.dictionary(valueOf(kind.key), valueOf(kind.value), { maxKeys: 3, noNullPrototype: true });
        return fc.option(value, { nil: undefined }).map((one): Said[] => {
          return one === undefined ? [] : [{ path, where, value: one }];
        });
      }),
  )
  .map((said) => {
    const findings = new Findings();
    return { configuration: assemble(said.flat(), "/srv/.holdfast", findings), findings };
  })
  .filter(({ findings }) => !hasErrors(findings.diagnostics))
  .map(({ configuration }) => configuration);

it("writes a file that is read as what was written", () => {
  fc.assert(
    fc.property(configurations, (configuration) => {
      const findings = new Findings();
      const { said } = readFileText("/etc/holdfast.yaml", formatConfiguration(configuration), findings);
      expect(assemble(said, "/elsewhere", findings)).toEqual(configuration);
      expect(findings.diagnostics).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

it("writes the same whatever order things were said in, and no values of secrets", () => {
  const headers = (value: Readonly<Record<string, string>>): ServerConfiguration => ({
    ...defaultServerConfiguration,
    stateDir: "/srv/.holdfast",
    traces: { ...defaultServerConfiguration.traces, headers: value },
  });
  const text = formatConfiguration(headers({ b: "hush", a: "hush" }));
  expect(text).toContain('  headers:\n    a: "***"\n    b: "***"\n');
  expect(text).toBe(formatConfiguration(headers({ a: "x", b: "y" })));
  expect(toShownConfiguration(headers({ a: "hush" }))).toMatchObject({ traces: { headers: { a: "***" } } });
});
