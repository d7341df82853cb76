/** What a fact of API Gateway's behaviour rests on, from the strongest down. */
export type Evidence =
  /** Seen on the wire of the real service and written down. */
  | "captured"
  /** AWS's developer guide. */
  | "documented"
  /** What AWS's SDKs are made from, or what they do with answers. */
  | "service model"
  /** Events, error texts and experiments that users of the service have published. */
  | "seen by users"
  /** Reported by somebody who says to have measured it, and no more. */
  | "second-hand"
  | "none";

/** One fact of API Gateway's behaviour, and how Holdfast stands to it. */
export interface Fact {
  readonly behaviour: string;
  readonly verdict: "same" | "differs" | "unknown" | "absent";
  /** Why it differs or is absent, or what Holdfast does where nobody knows. Empty where it is the same. */
  readonly note: string;
  readonly evidence: Evidence;
  /** `file: title`: the file below `test` or from `src` on, without `.test.ts`; the title with ` > ` between its parts. */
  readonly tests: readonly string[];
}

export interface Section {
  readonly title: string;
  readonly facts: readonly Fact[];
}

export function same(evidence: Evidence, behaviour: string, ...tests: string[]): Fact {
  return { behaviour, verdict: "same", note: "", evidence, tests };
}

export function differs(evidence: Evidence, behaviour: string, note: string, ...tests: string[]): Fact {
  return { behaviour, verdict: "differs", note, evidence, tests };
}

/** What API Gateway does is not known, and so not claimed. */
export function unknown(behaviour: string, note: string, ...tests: string[]): Fact {
  return { behaviour, verdict: "unknown", note, evidence: "none", tests };
}

export function absent(evidence: Evidence, behaviour: string, note: string): Fact {
  return { behaviour, verdict: "absent", note, evidence, tests: [] };
}
