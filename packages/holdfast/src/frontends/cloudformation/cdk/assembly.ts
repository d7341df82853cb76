import { readFile } from "node:fs/promises";
import path from "node:path";
import { HoldfastError, toError } from "../../../base/errors.ts";
import { isRecord } from "../../../base/is-record.ts";

/** One stack of a synthesized CDK app. */
export interface AssemblyStack {
  readonly name: string;
  /** Absolute. */
  readonly templateFile: string;
  /** By the hash that templates name it by: absolute paths of files and folders. */
  readonly assets: ReadonlyMap<string, string>;
}

export interface Assembly {
  readonly stacks: readonly AssemblyStack[];
  /** Of several stages, names of those that were passed over, and of the one that was taken. */
  readonly stages?: { readonly taken: string; readonly others: readonly string[] };
}

/**
 * The stacks of a cloud assembly (`cdk.out`), each after those that it depends on, with those of its nested assembly
 * (CDK's stage). Several stages are one app several times, as a rule: the one that is called as `stage` is, or else the
 * first, is taken. Rejects with `TEMPLATE_INVALID` when it is no assembly.
 */
export async function readAssembly(folder: string, stage: string): Promise<Assembly> {
  const manifest = await readJson(path.join(folder, "manifest.json"));
  const artifacts = Object.entries(isRecord(manifest.artifacts) ? manifest.artifacts : {}).flatMap(
    ([id, artifact]) => (isRecord(artifact) ? [{ id, artifact }] : []),
  );
  const ordered = inOrder(artifacts);
  const stages = ordered.filter(({ artifact }) => artifact.type === "cdk:cloud-assembly");
  const taken = stages.find((one) => nameOfStage(one).toLowerCase() === stage.toLowerCase()) ?? stages[0];
  const stacks: AssemblyStack[] = [];
  for (const one of ordered) {
    const { artifact } = one;
    const properties = isRecord(artifact.properties) ? artifact.properties : {};
    if (artifact.type === "aws:cloudformation:stack") stacks.push(await readStack(folder, properties));
    if (one === taken && typeof properties.directoryName === "string")
      stacks.push(...(await readAssembly(path.join(folder, properties.directoryName), stage)).stacks);
  }
  if (taken === undefined || stages.length < 2) return { stacks };
  const others = stages.filter((one) => one !== taken).map(nameOfStage);
  return { stacks, stages: { taken: nameOfStage(taken), others } };
}

function nameOfStage({ id, artifact }: Artifact): string {
  const { displayName } = isRecord(artifact.properties) ? artifact.properties : {};
  return typeof displayName === "string" ? displayName : id.replace(/^assembly-/, "");
}

type JsonRecord = Readonly<Record<string, unknown>>;

interface Artifact {
  readonly id: string;
  readonly artifact: JsonRecord;
}

/** What an artifact depends on comes before it. */
function inOrder(artifacts: readonly Artifact[]): readonly Artifact[] {
  const byId = new Map(artifacts.map((one) => [one.id, one]));
  const ordered = new Set<Artifact>();
  const visit = (one: Artifact, above: readonly Artifact[]): void => {
    if (ordered.has(one) || above.includes(one)) return;
    const { dependencies } = one.artifact;
    for (const id of Array.isArray(dependencies) ? (dependencies as unknown[]) : []) {
      const needed = byId.get(String(id));
      if (needed !== undefined) visit(needed, [...above, one]);
    }
    ordered.add(one);
  };
  for (const one of artifacts) visit(one, []);
  return [...ordered];
}

async function readStack(folder: string, properties: JsonRecord): Promise<AssemblyStack> {
  const { templateFile, stackName } = properties;
  if (typeof templateFile !== "string")
    throw new HoldfastError("TEMPLATE_INVALID", `The manifest of ${folder} has a stack without a template`);
  const name = typeof stackName === "string" ? stackName : path.basename(templateFile, ".template.json");
  const manifest = templateFile.replace(/\.template\.json$/, ".assets.json");
  return {
    name,
    templateFile: path.join(folder, templateFile),
    assets: await readAssets(path.join(folder, manifest)),
  };
}

/** Absent where a stack has no assets, or was made by an old CDK. */
async function readAssets(file: string): Promise<ReadonlyMap<string, string>> {
  const manifest = await readJson(file).catch(() => ({}) as JsonRecord);
  const files = isRecord(manifest.files) ? manifest.files : {};
  return new Map(
    Object.entries(files).flatMap(([hash, asset]) => {
      const source = isRecord(asset) && isRecord(asset.source) ? asset.source : {};
      return typeof source.path === "string"
        ? [[hash, path.join(path.dirname(file), source.path)] as const]
        : [];
    }),
  );
}

async function readJson(file: string): Promise<JsonRecord> {
  try {
    const value = JSON.parse(await readFile(file, "utf8")) as unknown;
    if (isRecord(value)) return value;
  } catch (cause) {
    throw new HoldfastError("TEMPLATE_INVALID", `${file} cannot be read: ${toError(cause).message}`, {
      cause,
    });
  }
  throw new HoldfastError("TEMPLATE_INVALID", `${file} holds no object`);
}
