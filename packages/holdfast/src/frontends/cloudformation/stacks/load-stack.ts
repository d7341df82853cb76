import { readFile } from "node:fs/promises";
import path from "node:path";
import { HoldfastError, toError } from "../../../base/errors.ts";
import type { Diagnostic } from "../../../model/diagnostic.ts";
import { assetHash } from "../resources/function-code.ts";
import type { StackHome } from "../resources/draft.ts";
import { createProblems, type CollectedProblems } from "../template/problems.ts";
import { readTemplate } from "../template/read-template.ts";
import type { Json, SourceMap, Template, TemplateResource } from "../template/template.ts";
import { includeFiles, type Includes } from "./included-files.ts";

/** A template, and what is known of it from elsewhere. */
export interface Stack {
  readonly name: string;
  /** Absolute path of the template. */
  readonly file: string;
  /** As of its home. */
  readonly assets: StackHome["assets"];
}

/** A stack whose files are read; nothing of it is resolved. */
export interface LoadedStack {
  readonly name: string;
  readonly home: StackHome;
  /** Absent when its file holds none. */
  readonly template?: Template;
  /** OpenAPI documents of its APIs, by the path that the template gives. */
  readonly documents: Includes["documents"];
  readonly source: SourceMap;
  /** What whoever reads the template further finds goes here. */
  readonly problems: CollectedProblems;
  /** What was wrong with the files. */
  readonly faults: readonly Diagnostic[];
  /** Absolute paths of what was read, and of what would have been. */
  readonly inputs: readonly string[];
  /** The stacks that it nests, by their logical ids; those whose templates are on AWS are not among them. */
  readonly nested: ReadonlyMap<string, LoadedStack>;
}

/**
 * Reads a template, the files that are part of it, and those of the stacks that it nests. Rejects with
 * `APP_FILE_NOT_FOUND` when it cannot be read at all.
 *
 * @param given values of parameters, which loops may go over
 */
export async function loadStack(stack: Stack, given: Readonly<Record<string, string>>): Promise<LoadedStack> {
  return load(stack, await readText(stack.file), given, [stack.file]);
}

async function load(
  { name, file, assets }: Stack,
  text: string,
  given: Readonly<Record<string, string>>,
  above: readonly string[],
): Promise<LoadedStack> {
  const home = { folder: path.dirname(file), assets };
  const { template, source, diagnostics } = readTemplate(text, file, given);
  const problems = createProblems(source);
  const nothing = { template, documents: new Map(), diagnostics: [], inputs: [] };
  const { template: included, ...files } =
    template === undefined ? nothing : await includeFiles(template, home.folder, problems);
  const nested = new Map<string, LoadedStack>();
  const missing: string[] = [];
  for (const [logicalId, resource] of Object.entries(included?.resources ?? {})) {
    const nestedFile = nestedFileOf(resource, home);
    if (nestedFile === undefined) continue;
    const at = resource.madeFrom ?? ["Resources", logicalId];
    const refuse = (why: string): void =>
      problems.error(at, "TEMPLATE_INVALID", `The nested stack ${logicalId} ${why}`);
    if (above.includes(nestedFile)) {
      refuse(`has the template ${nestedFile}, which it is nested in`);
      continue;
    }
    const found = await readText(nestedFile).catch(toError);
    if (found instanceof Error) {
      missing.push(nestedFile);
      refuse(`has no template: ${found.message}`);
    } else {
      const child = { name: `${name}-${logicalId}`, file: nestedFile, assets };
      nested.set(logicalId, await load(child, found, {}, [...above, nestedFile]));
    }
  }
  return {
    name,
    home,
    ...(included !== undefined && { template: included }),
    documents: files.documents,
    source,
    problems,
    faults: [...diagnostics, ...files.diagnostics],
    inputs: [file, ...files.inputs, ...missing],
    nested,
  };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const message = `${file} cannot be read: ${toError(cause).message}`;
    throw new HoldfastError("APP_FILE_NOT_FOUND", message, { cause });
  }
}

/** The file of a nested stack's template: a path beside the template, or an asset of CDK's. */
function nestedFileOf(
  { type, properties, metadata }: TemplateResource,
  { folder, assets }: StackHome,
): string | undefined {
  if (type === "AWS::Serverless::Application") return localFile(properties["Location"], folder);
  if (type !== "AWS::CloudFormation::Stack") return undefined;
  const asset = metadata["aws:asset:path"];
  if (typeof asset === "string") return path.resolve(folder, asset);
  const url = properties["TemplateURL"];
  const hash = /[0-9a-f]{64}\.\w+/.exec(JSON.stringify(url ?? ""))?.[0];
  const found = hash === undefined ? undefined : assets.get(assetHash(hash) ?? "");
  return found ?? localFile(url, folder);
}

function localFile(location: Json | undefined, folder: string): string | undefined {
  if (typeof location !== "string" || /^\w+:\/\//.test(location)) return undefined;
  return path.resolve(folder, location);
}
