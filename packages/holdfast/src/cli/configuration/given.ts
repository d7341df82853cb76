import type { Place } from "../../model/diagnostic.ts";

/** Something that was said, before it is known to mean anything. Numbers and booleans are text, as they were written. */
export type Given = GivenText | GivenList | GivenMap | GivenNothing;

export interface GivenText {
  readonly kind: "text";
  readonly text: string;
  readonly where: Where;
}

export interface GivenList {
  readonly kind: "list";
  readonly items: readonly Given[];
  readonly where: Where;
}

export interface GivenMap {
  readonly kind: "map";
  readonly entries: readonly GivenEntry[];
  readonly where: Where;
}

/** A key with nothing behind it. */
export interface GivenNothing {
  readonly kind: "nothing";
  readonly where: Where;
}

export interface GivenEntry {
  readonly name: string;
  readonly where: Where;
  readonly value: Given;
}

export interface Where {
  /** What a person looks for there: a path in a file, a variable, a flag. */
  readonly name: string;
  /** Absent for variables and flags. */
  readonly place?: Place;
  /** What relative paths begin at. Absolute. */
  readonly folder: string;
}
