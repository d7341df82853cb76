import { getSetting } from "../../src/cli/configuration/assemble.ts";
import { devSettings } from "../../src/cli/configuration/dev-configuration.ts";
import type { SettingPath } from "../../src/cli/configuration/setting-path.ts";
import { settingOf, settingPaths, variableOf } from "../../src/cli/configuration/settings.ts";
import { defaultServerConfiguration } from "../../src/model/server-configuration.ts";

/** What the page begins with; a test reads it. */
export const exampleFile = `# holdfast.yaml
app: ./app.ts # where the command names none

publicUrl: https://chat.example.com
origins: [https://chat.example.com]

proxy:
  trusted: [10.0.0.0/8]

limits:
  connectionsPerAddress: 50
  bodyBytes: 1MB

drain:
  graceMs: 60s
  windowMs: 20s

metrics:
  enabled: true

traces:
  enabled: true
  endpoint: http://jaeger:4318/v1/traces
  sampler: { type: probabilistic, parameter: 0.1 }

logs:
  levels: { gateway: debug }
`;

/** The text of docs/reference/configuration.md, from the table of settings. */
export function configurationPage(): string {
  return `# Configuration

How \`holdfast serve\` runs an app. All of it has defaults.

\`\`\`yaml
${exampleFile}\`\`\`

## Where it comes from

In rising order of weight:

1. the defaults,
2. a YAML file: \`holdfast.yaml\` beside the app, if it is there, or the one that \`--config <file>\` names,
3. variables of the environment, one for each setting: \`limits.bodyBytes\` is \`HOLDFAST_LIMITS_BODY_BYTES\`. An empty one says nothing,
4. \`--set <path=value>\`, such as \`--set limits.bodyBytes=1MB\`; the last one counts,
5. \`--port\`, \`--host\`, \`--stage\` and \`--state <folder>\`, which is \`stateDir\`.

What comes later replaces what came before, whole lists and maps too. Only \`--set\` can set one entry of a map:
\`--set logs.levels.gateway=debug\`.

Relative paths in the file are relative to the file, others to the current folder. Beside the settings, the file may hold \`app\`: the
path of the app, for when the command names none.

\`holdfast serve --print-config\` prints what would count, in the form of a file, or with \`--json\` as JSON. Values of headers are shown
as \`***\`.

## What values look like

| kind | in the file | in variables and flags |
|---|---|---|
| duration | a number of milliseconds, or \`500ms\`, \`30s\`, \`10m\`, \`1h\` | the same |
| size | a number of bytes, or \`64KB\`, \`10MB\`, \`1GB\`, where a KB has 1,024 bytes; \`KiB\` says the same | the same |
| true, false | these, or \`yes\` and \`no\`, \`on\` and \`off\`, \`1\` and \`0\` | the same |
| list | a list | \`a,b\`, or JSON: \`["a","b"]\` |
| map | a map | \`a=1,b=2\`, or JSON: \`{"a":"1","b":"2"}\` |

The file is YAML 1.2 or JSON, without aliases and tags. A setting with nothing behind it counts as not set.

Whatever is wrong is shown at once, with its place: the line and column in the file, the variable, or the flag. Names that there are not
are mistakes in the file and in \`--set\`; of variables, Holdfast warns only of those that look like a slip, for others may use the prefix, too.
A \`HOLDFAST_PORT\` such as \`tcp://10.0.0.1:80\`, which Kubernetes sets for a Service called \`holdfast\`, is passed over.

## On a laptop

\`holdfast dev\` reads no \`holdfast.yaml\` by itself: one that lies beside the app is a server's, and a laptop is not to take on its stage or
its address unasked. \`holdfast dev --config <file>\` takes from it, where no option says otherwise, \`app\`,
${words(devSettings)}. The metrics are then at \`/metrics\` on the app's port. All of the file is checked; variables are not read.

${sections().map(sectionText).join("\n")}
This page is written from the table of settings by \`npm run docs\`.
`;
}

function words(paths: readonly SettingPath[]): string {
  const quoted = paths.map((path) => `\`${path}\``);
  return `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1) ?? ""}`;
}

interface Section {
  readonly title: string;
  readonly paths: readonly SettingPath[];
}

/** By the first word of paths that have several. */
function sections(): readonly Section[] {
  const groups = Map.groupBy(settingPaths, (path) => (path.includes(".") ? path.replace(/\..*/s, "") : ""));
  return [...groups].map(([name, paths]) => ({ title: name === "" ? "The settings" : name, paths }));
}

function sectionText({ title, paths }: Section): string {
  return `## ${title}

| setting | variable | kind | default | what it does |
|---|---|---|---|---|
${paths.map(row).join("\n")}
`;
}

function row(path: SettingPath): string {
  const { kind, about } = settingOf(path);
  return `| \`${path}\` | \`${variableOf(path)}\` | ${kind.name} | ${defaultOf(path)} | ${about} |`;
}

function defaultOf(path: SettingPath): string {
  const { kind, otherwise = "" } = settingOf(path);
  const value: unknown = getSetting(defaultServerConfiguration, path);
  if (value === undefined) return otherwise;
  if (kind.shape !== "scalar")
    return Object.keys(value as object).length === 0 ? "none" : JSON.stringify(value);
  return `\`${kind.write?.(value) ?? String(value as string | number | boolean)}\``;
}
