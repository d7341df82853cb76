import { access, readFile } from "node:fs/promises";
import path from "node:path";
import { toError } from "../../base/errors.ts";
import type { Findings } from "./findings.ts";
import type { GivenEntry, GivenMap } from "./given.ts";
import { nearestName } from "./nearest-name.ts";
import { quote, readSetting, type Said } from "./read-setting.ts";
import { isSettingPath, settingPaths } from "./settings.ts";
import { readYaml } from "./yaml-source.ts";

export const configurationFile = "holdfast.yaml";

export interface FileSettings {
  /** Absolute; absent when there is none. */
  readonly file?: string;
  readonly said: readonly Said[];
  /** The app that it is for. Absolute. */
  readonly app?: string;
}

/** Reads the file that was named, which must be there, or else the one in `folder`, which need not. */
export async function readConfigurationFile(
  { named, folder }: { readonly named?: string; readonly folder: string },
  findings: Findings,
): Promise<FileSettings> {
  const file = named ?? path.join(folder, configurationFile);
  const text = await readFile(file, "utf8").catch((error: unknown) => toError(error));
  if (typeof text === "string") return readFileText(file, text, findings);
  const isMissing = "code" in text && text.code === "ENOENT";
  if (!isMissing) findings.error({ place: { file } }, `The configuration cannot be read: ${text.message}`);
  else if (named !== undefined) findings.error({ place: { file } }, "There is no such configuration file");
  else await lookForOtherName(file, findings);
  return { said: [] };
}

/** YAML has two endings; what is in a file with the other one would count for nothing, and nobody would know. */
async function lookForOtherName(file: string, findings: Findings): Promise<void> {
  const other = file.replace(/yaml$/, "yml");
  const isThere = await access(other).then(
    () => true,
    () => false,
  );
  if (isThere)
    findings.ignored(
      { place: { file: other } },
      `This file is not read: its name is not ${configurationFile}`,
      "Rename it, or name it with --config.",
    );
}

export function readFileText(file: string, text: string, findings: Findings): FileSettings {
  const folder = path.dirname(file);
  const where = { name: path.basename(file), folder, place: { file } };
  const root = readYaml({ text, file, where, findings });
  if (root === undefined || root.kind === "nothing") return { file, said: [] };
  if (root.kind !== "map") {
    findings.error(root.where, `${where.name} holds no settings`, "Write name: value lines.");
    return { file, said: [] };
  }
  const app = readApp(root, findings);
  const said = readSection(root, "", findings);
  return { file, said, ...(app !== undefined && { app }) };
}

/** Not a setting of its own: variables and flags have other ways to say it. */
function readApp(root: GivenMap, findings: Findings): string | undefined {
  const value = root.entries.find(({ name }) => name === "app")?.value;
  if (value === undefined || value.kind === "nothing") return undefined;
  if (value.kind === "text" && value.text !== "") return path.resolve(value.where.folder, value.text);
  findings.error(value.where, "app cannot be what it is", "Give the path of an app, relative to this file.");
  return undefined;
}

function readSection(section: GivenMap, prefix: string, findings: Findings): readonly Said[] {
  return section.entries.flatMap((entry): readonly Said[] => {
    const { name, value, where } = entry;
    const settingPath = `${prefix}${name}`;
    if (settingPath === "app") return [];
    // A path as a name would be a second way to say it, and which of the two counts, nobody would know.
    if (name.includes(".") || (!isSettingPath(settingPath) && !isSection(settingPath))) {
      reportUnknown(entry, prefix, findings);
      return [];
    }
    if (value.kind === "nothing") return [];
    if (isSettingPath(settingPath)) return [readSetting(settingPath, value, findings)];
    if (value.kind === "map") return readSection(value, `${settingPath}.`, findings);
    const below = namesBelow(`${settingPath}.`).join(", ");
    findings.error(where, `${settingPath} is a section, not a setting`, `Below it there are ${below}.`);
    return [];
  });
}

function isSection(settingPath: string): boolean {
  return namesBelow(`${settingPath}.`).length > 0;
}

function namesBelow(prefix: string): readonly string[] {
  const rests = settingPaths
    .filter((one) => one.startsWith(prefix))
    .map((one) => one.slice(prefix.length).replace(/\..*/s, ""));
  return [...new Set(rests)];
}

function reportUnknown({ name, where }: GivenEntry, prefix: string, findings: Findings): void {
  const siblings = namesBelow(prefix);
  const nearest = nearestName(name, prefix === "" ? [...siblings, "app"] : siblings);
  findings.error(
    where,
    `There is no setting ${quote(`${prefix}${name}`)}`,
    nearest === undefined ? elsewhere(prefix, name, siblings) : `Did you mean ${prefix}${nearest}?`,
  );
}

function elsewhere(prefix: string, name: string, siblings: readonly string[]): string {
  if (isSettingPath(`${prefix}${name}`))
    return "Write it in its section: what is before a dot stands on a line of its own.";
  const moved = settingPaths.find((one) => one.endsWith(`.${name}`));
  return moved === undefined ? `There are ${siblings.join(", ")}.` : `Did you mean ${moved}?`;
}
