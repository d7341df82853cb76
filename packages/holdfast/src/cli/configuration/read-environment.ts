import type { Findings } from "./findings.ts";
import type { Where } from "./given.ts";
import { nearestName } from "./nearest-name.ts";
import type { Said } from "./read-setting.ts";
import { readText } from "./read-text.ts";
import { settingPaths, settingOf, variableOf } from "./settings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const prefix = "HOLDFAST_";

/** What Holdfast reads for other purposes, or gives to functions. */
const otherVariables = ["APP", "AWS_NAMES", "GATEWAY", "HOSTS", "LAMBDA_IMAGE", "PYTHON_SDK", "TARGET"].map(
  (name) => `${prefix}${name}`,
);

/** Reads the settings' variables. An empty one says nothing: compose files and the like pass on what is not set as such. */
export function readEnvironment(environment: Environment, cwd: string, findings: Findings): readonly Said[] {
  const said = settingPaths.flatMap((path): readonly Said[] => {
    const name = variableOf(path);
    const text = environment[name];
    if (text === undefined || text === "" || isServiceLink(name, text)) return [];
    return [readText(path, text, { name, folder: cwd }, findings)];
  });
  reportNearMisses(environment, cwd, findings);
  return said;
}

/** Kubernetes tells pods of a Service that is called `holdfast` by `HOLDFAST_PORT=tcp://10.0.0.1:80`. */
function isServiceLink(name: string, text: string): boolean {
  return name.endsWith("_PORT") && /^(?:tcp|udp|sctp):\/\//.test(text);
}

/** Others may use the prefix for their own ends: only what is close to a setting's variable is worth a word. */
function reportNearMisses(environment: Environment, cwd: string, findings: Findings): void {
  const variables = settingPaths.map(variableOf);
  const known = new Set([...variables, ...otherVariables]);
  for (const name of Object.keys(environment).toSorted()) {
    if (!name.toUpperCase().startsWith(prefix) || known.has(name)) continue;
    const meant = mapOfEntry(name) ?? nearestVariable(name, variables);
    const where: Where = { name, folder: cwd };
    if (meant !== undefined)
      findings.ignored(where, `The variable ${name} is not read`, `Did you mean ${meant}?`);
  }
}

function nearestVariable(name: string, variables: readonly string[]): string | undefined {
  const rest = (variable: string): string => variable.slice(prefix.length);
  const nearest = nearestName(rest(name), variables.map(rest));
  return nearest === undefined ? undefined : `${prefix}${nearest}`;
}

function mapOfEntry(name: string): string | undefined {
  const path = settingPaths.find(
    (one) => settingOf(one).kind.shape === "map" && name.startsWith(`${variableOf(one)}_`),
  );
  return path === undefined ? undefined : `${variableOf(path)}=name=value`;
}
