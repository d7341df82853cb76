import {
  exactOptional,
  literal,
  record,
  safeParse,
  strictObject,
  string,
  unknown,
  type InferOutput,
} from "valibot";
import type { AppModel } from "./app-model.ts";
import { readModel } from "./schema.ts";

/** The entry of an archive that says what the others are; it is the first, so that it tells an archive from other files. */
export const manifestName = "holdfast.json";
/** What the names of archives end with. */
export const archiveExtension = ".holdfast";
/** The folder of an archive that stands for the app's own: paths of the model lead from it. */
export const archivedAppDir = "app";
/** Rises when what readers of before know does not serve any more. */
export const archiveFormat = 1;

/** What an archive says of itself. */
export interface ArchiveManifest {
  readonly format: typeof archiveFormat;
  /** The version of Holdfast that made it. */
  readonly holdfast: string;
  /** Where on AWS the app was read for; absent where its model does not depend on it. */
  readonly place?: { readonly region: string; readonly accountId: string; readonly stage: string };
  readonly model: AppModel;
  /** The entry with the module that holds the code, of apps that have one. */
  readonly bundle?: string;
  /** Every other entry, by its path. */
  readonly files: Readonly<Record<string, ArchivedFile>>;
}

export interface ArchivedFile {
  /** In hexadecimal digits. */
  readonly sha256: string;
  readonly executable?: true;
}

const manifest = strictObject({
  format: literal(archiveFormat),
  holdfast: string(),
  place: exactOptional(strictObject({ region: string(), accountId: string(), stage: string() })),
  model: unknown(),
  bundle: exactOptional(string()),
  files: record(string(), strictObject({ sha256: string(), executable: exactOptional(literal(true)) })),
});

/** Makes a manifest of text from elsewhere, or says what is wrong with it. Checks shapes only. */
export function readManifest(
  text: string,
): { readonly manifest: ArchiveManifest } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: `its ${manifestName} is not JSON` };
  }
  const format = formatOf(value);
  if (format !== archiveFormat)
    return { problem: `it has format ${format}, and this Holdfast reads ${archiveFormat}` };
  const result = safeParse(manifest, value);
  if (!result.success) return { problem: `its ${manifestName} does not say what it must` };
  const { output }: { output: InferOutput<typeof manifest> } = result;
  const reading = readModel(output.model);
  if ("problems" in reading) return { problem: `its model is not one: ${reading.problems.join("; ")}` };
  return { manifest: { ...output, model: reading.model } };
}

function formatOf(value: unknown): string | number {
  const format = typeof value === "object" && value !== null && "format" in value ? value.format : undefined;
  return typeof format === "number" ? format : "unknown";
}
