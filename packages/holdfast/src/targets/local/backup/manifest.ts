import * as v from "valibot";
import { HoldfastError } from "../../../base/errors.ts";

/** What a backup says about itself. */
export interface BackupManifest {
  readonly format: 1;
  /** Of Holdfast. */
  readonly version: string;
  /** Absent where the app did not run. */
  readonly app?: string;
  readonly stage: string;
  /** When it was begun, ISO 8601 in UTC: all that was acknowledged by then is in it. */
  readonly time: string;
  readonly files: number;
  readonly bytes: number;
  /** Of the list with the sums of all files. */
  readonly sumsSha256: string;
}

const schema = v.object({
  format: v.literal(1),
  version: v.string(),
  app: v.optional(v.string()),
  stage: v.pipe(v.string(), v.regex(/^[\w-]+$/)),
  time: v.pipe(v.string(), v.isoTimestamp()),
  files: v.number(),
  bytes: v.number(),
  sumsSha256: v.string(),
});

/** Throws `BACKUP_INVALID`. */
export function readManifest(text: string): BackupManifest {
  try {
    const { app, ...manifest } = v.parse(schema, JSON.parse(text));
    return { ...manifest, ...(app !== undefined && { app }) };
  } catch (cause) {
    throw new HoldfastError("BACKUP_INVALID", "The backup's manifest cannot be read", {
      hint: "It may be of a newer version of Holdfast, or be no backup.",
      cause,
    });
  }
}
