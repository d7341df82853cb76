import { isRecord } from "../../base/is-record.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { AppModel } from "../../model/app-model.ts";
import { readModel } from "../../model/schema.ts";

/** What came from the process that evaluated the app, as far as it can be trusted: its shape has been checked. */
export interface Declaration {
  readonly model: AppModel;
  readonly places: Places;
  /** Functions for which the app does not say what they may do. */
  readonly withoutGrants: ReadonlySet<string>;
}

/** By subject: for each declaration, the generated positions on its stack, innermost first. */
export type Places = ReadonlyMap<string, readonly (readonly GeneratedPosition[])[]>;

export interface GeneratedPosition {
  readonly line: number;
  readonly column: number;
  /** In another file than the bundle. */
  readonly foreign: boolean;
}

/** Throws `APP_INVALID` with every problem of the model's shape. */
export function readDeclaration(value: unknown): Declaration {
  const { model, places, withoutGrants } = isRecord(value) ? value : {};
  const reading = readModel(model);
  if ("problems" in reading) {
    throw new HoldfastError(
      "APP_INVALID",
      `The app declares something of the wrong shape:\n  ${reading.problems.join("\n  ")}`,
    );
  }
  return {
    model: reading.model,
    places: readPlaces(places),
    withoutGrants: new Set(asArray(withoutGrants).map(String)),
  };
}

function readPlaces(value: unknown): Places {
  if (!isRecord(value)) return new Map();
  return new Map(Object.entries(value).map(([subject, stacks]) => [subject, asArray(stacks).map(readStack)]));
}

function readStack(value: unknown): GeneratedPosition[] {
  return asArray(value).flatMap((position) =>
    isRecord(position) && typeof position.line === "number" && typeof position.column === "number"
      ? [{ line: position.line, column: position.column, foreign: position.foreign === true }]
      : [],
  );
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
