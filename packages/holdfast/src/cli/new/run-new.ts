import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { HoldfastError } from "../../base/errors.ts";
import type { CommandIo } from "../command-io.ts";
import type { NewFlags } from "../commands/new.ts";
import { displayPath } from "../output/format-error.ts";
import { stylesFor } from "../output/styles.ts";
import { writeOut } from "../output/write-out.ts";
import { askForTemplate, findTemplate } from "./choose-template.ts";
import { packageName } from "./package-name.ts";
import { templates, type Template } from "./templates.ts";

/** Makes a project from a template. Touches nothing when the folder has anything but `.git`. */
export async function runNew(dir: string | undefined, flags: NewFlags, io: CommandIo): Promise<void> {
  const folder = path.resolve(io.cwd, dir ?? ".");
  const named = flags.template === undefined ? undefined : findTemplate(flags.template);
  await checkFolder(folder);
  const template = named ?? (await chooseTemplate(flags, io));
  const name = packageName(path.basename(folder));
  try {
    await makeProject(folder, template, name);
  } catch (cause) {
    const message = `Cannot write the project to ${folder}: ${(cause as Error).message}`;
    throw new HoldfastError("OUTPUT_FAILED", message, { cause });
  }
  const text =
    flags.json === true
      ? JSON.stringify({ event: "created", folder, template: template.name, name })
      : nextSteps(folder, template, io);
  await writeOut(io.stdout, `${text}\n`);
}

/** Only who has a terminal can be asked. */
async function chooseTemplate(flags: NewFlags, io: CommandIo): Promise<Template> {
  const canAsk = io.stdin.isTTY === true && io.stdout.isTTY === true && flags.json !== true;
  return canAsk ? askForTemplate(io) : templates[0];
}

async function checkFolder(folder: string): Promise<void> {
  const found = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw new HoldfastError("OUTPUT_FAILED", `Cannot use ${folder} for a project: ${cause.message}`, {
      cause,
    });
  });
  const inTheWay = found.filter((name) => name !== ".git").toSorted();
  if (inTheWay.length === 0) return;
  const [first = "", ...more] = inTheWay;
  const rest = more.length === 0 ? "" : ` and ${more.length} more`;
  throw new HoldfastError("FOLDER_NOT_EMPTY", `${folder} is not empty: it has ${first}${rest}`);
}

async function makeProject(folder: string, template: Template, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(path.join(templatesFolder, template.name), folder, { recursive: true });
  const file = path.join(folder, "package.json");
  const manifest = JSON.parse(await readFile(file, "utf8")) as object;
  await writeFile(file, `${JSON.stringify({ ...manifest, name }, undefined, 2)}\n`);
  // npm leaves a file of this name out of what it packs.
  await writeFile(path.join(folder, ".gitignore"), "node_modules/\n.holdfast/\n.env\n");
}

/** Beside the bundle, where the build puts them. */
const templatesFolder = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../../dist/templates" : "./templates", import.meta.url),
);

/** For a shell. */
function quoted(folder: string): string {
  const safe = folder.startsWith("-") ? `./${folder}` : folder;
  return /[^\w./-]/.test(safe) ? `'${safe.replaceAll("'", String.raw`'\''`)}'` : safe;
}

function nextSteps(folder: string, template: Template, io: CommandIo): string {
  const { bold, dim, green } = stylesFor(io.stdout, io.env);
  const isHere = folder === io.cwd;
  const shown = displayPath(folder, io.cwd);
  const steps: readonly (readonly [string, string])[] = [
    ...(isHere ? [] : [[`cd ${quoted(shown)}`, ""] as const]),
    ["npm install", ""],
    ["npx holdfast dev", "runs it; open the HTTP URL that it shows"],
    ["npm test", ""],
  ];
  const rows = steps.map(([command, what]) => `  ${bold(command.padEnd(18))}${dim(what)}`.trimEnd());
  return [
    `${green("●")} ${template.name} is in ${isHere ? "this folder" : shown}. Next:`,
    "",
    ...rows,
    "",
  ].join("\n");
}
