import { open, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { HoldfastError } from "../base/errors.ts";
import { packageVersion } from "../base/package-version.ts";
import { archiveExtension, manifestName } from "../model/archive-manifest.ts";
import type { OpenFrontend } from "../ports/frontend.ts";
import { createArchiveFrontend } from "./archive/frontend.ts";
import { createTemplateFrontend, type TemplateSource } from "./cloudformation/frontend.ts";
import { createCodeFrontend } from "./code/frontend.ts";

/** An app as somebody named it, and the front end that reads it. */
export interface ChosenApp {
  readonly kind: AppKind;
  /** Absolute path of what was found: a file, or the folder of a CDK app. */
  readonly path: string;
  /** Absolute path of the app's folder. */
  readonly appDir: string;
  readonly open: OpenFrontend;
  /** Whether reading it runs its code. */
  readonly evaluates: boolean;
}

/** What is said about an app beside its name. */
export interface ChooseOptions {
  /** One of `appKinds`; absent: the app's files tell. */
  readonly from?: string;
  /** Values of a template's parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Path of a file with more of them, which count less. */
  readonly parametersFile?: string;
  /** Path of a file with what other stacks export. */
  readonly importsFile?: string;
  /** What the app is read in; a CDK app runs in it. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** What `--from` takes. */
export const appKinds = ["code", "cloudformation", "cdk", "archive"] as const;
export type AppKind = (typeof appKinds)[number];

interface Found {
  readonly kind: AppKind;
  /** Absolute; of a CDK app the folder of its `cdk.json` or its `cdk.out`. */
  readonly path: string;
}

const codeFile = /\.[cm]?[jt]s$/;
const templateFile = /\.(?:ya?ml|json|template)$/;

/** What a folder is looked through for, in this order. */
const conventionalNames: readonly (readonly [name: string, kind: AppKind])[] = [
  ["app.ts", "code"],
  ["app.mts", "code"],
  ["app.js", "code"],
  ["app.mjs", "code"],
  ["cdk.json", "cdk"],
  ["template.yaml", "cloudformation"],
  ["template.yml", "cloudformation"],
  ["template.json", "cloudformation"],
  ["cdk.out", "cdk"],
];

/**
 * Finds the app that `named` means: a file, a folder's app, or, unnamed, the current folder's.
 * Rejects with `APP_FILE_NOT_FOUND` or `APP_KIND_UNKNOWN`.
 */
export async function chooseApp(
  named: string | undefined,
  cwd: string,
  options: ChooseOptions = {},
): Promise<ChosenApp> {
  const given = path.resolve(cwd, named ?? ".");
  const facts = await stat(given).catch(() => undefined);
  if (facts === undefined) throw new HoldfastError("APP_FILE_NOT_FOUND", `There is no ${named}`);
  const wanted = readKind(options.from);
  const found = facts.isDirectory()
    ? await findInFolder(given, named, wanted)
    : await readFileKind(given, named, wanted);
  if (found.kind === "code")
    return {
      ...found,
      appDir: path.dirname(found.path),
      evaluates: true,
      open: (surroundings) => createCodeFrontend({ file: found.path, ...surroundings }),
    };
  if (found.kind === "archive")
    return {
      ...found,
      appDir: path.dirname(found.path),
      evaluates: false,
      open: (surroundings) =>
        createArchiveFrontend({ file: found.path, version: packageVersion(), ...surroundings }),
    };
  const source = await toSource(found);
  return {
    ...found,
    appDir: source.appDir,
    evaluates: false,
    open: (surroundings) =>
      createTemplateFrontend({
        ...surroundings,
        ...source,
        parameters: options.parameters ?? {},
        environment: options.environment ?? {},
        ...(options.parametersFile !== undefined && {
          parametersFile: path.resolve(cwd, options.parametersFile),
        }),
        ...(options.importsFile !== undefined && { importsFile: path.resolve(cwd, options.importsFile) }),
      }),
  };
}

function readKind(from: string | undefined): AppKind | undefined {
  const kind = appKinds.find((one) => one === from);
  if (from === undefined || kind !== undefined) return kind;
  throw new HoldfastError("OPTION_INVALID", `There is no front end "${from}"`, {
    hint: `--from takes ${appKinds.join(", ")}.`,
  });
}

async function readFileKind(
  file: string,
  named: string | undefined,
  wanted: AppKind | undefined,
): Promise<Found> {
  const kind = wanted ?? (await tellKind(file));
  if (kind !== undefined) return { kind, path: file };
  throw new HoldfastError("APP_KIND_UNKNOWN", `Cannot tell what kind of app ${named} is`, {
    ...(templateFile.test(file) && {
      hint: "A template has Resources. --from cloudformation reads it as one.",
    }),
  });
}

async function tellKind(file: string): Promise<AppKind | undefined> {
  if (codeFile.test(file)) return "code";
  if (path.basename(file) === "cdk.json") return "cdk";
  if (file.endsWith(archiveExtension) || (await isArchive(file))) return "archive";
  if (!templateFile.test(file)) return undefined;
  const text = await readFile(file, "utf8").catch(() => "");
  return /(?:^|[{,])\s*["']?(?:Resources|Transform|AWSTemplateFormatVersion)["']?\s*:/m.test(text)
    ? "cloudformation"
    : undefined;
}

/** A zip file whose first entry is an archive's manifest, whatever the file is called. */
async function isArchive(file: string): Promise<boolean> {
  // What a zip file says of an entry has 30 bytes before the entry's name.
  const head = Buffer.alloc(30 + manifestName.length);
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return false;
  try {
    await handle.read(head, 0, head.length, 0);
  } finally {
    await handle.close();
  }
  return head.toString("latin1", 0, 4) === "PK\u0003\u0004" && head.toString("latin1", 30) === manifestName;
}

async function findInFolder(
  folder: string,
  named: string | undefined,
  wanted: AppKind | undefined,
): Promise<Found> {
  // Its manifest and the file of its own name: a cloud assembly itself.
  if (
    (wanted ?? "cdk") === "cdk" &&
    (await isThere(path.join(folder, "manifest.json"))) &&
    (await isThere(path.join(folder, "cdk.out")))
  )
    return { kind: "cdk", path: folder };
  for (const [name, kind] of conventionalNames) {
    const file = path.join(folder, name);
    if ((wanted ?? kind) === kind && (await isThere(file))) return { kind, path: file };
  }
  const names = conventionalNames.filter(([, kind]) => (wanted ?? kind) === kind).map(([name]) => name);
  throw new HoldfastError(
    "APP_FILE_NOT_FOUND",
    `There is no app in ${named ?? "this folder"}: none of ${names.join(", ")}`,
  );
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

/** A template stands in its app's folder, a `cdk.out` below it. */
async function toSource({ kind, path: found }: Found): Promise<TemplateSource> {
  if (kind === "cloudformation") return { kind: "template", appDir: path.dirname(found), file: found };
  if (path.basename(found) === "cdk.json") return { kind: "cdk-app", appDir: path.dirname(found) };
  return { kind: "assembly", appDir: path.dirname(found), folder: found };
}
