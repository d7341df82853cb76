import type { LambdaProcess } from "./lambda-process.ts";

/** Whoever has processes that rest: a function's pool. */
export interface ProcessOwner {
  /** Since when the one that rests longest has had nothing to do; undefined when none rests. */
  readonly restingSinceMs: number | undefined;
  /** Ends that one, and returns it. */
  endLongestResting(): LambdaProcess | undefined;
}

/**
 * The processes of all functions of a host. Of those beyond a number the ones end that have rested longest, whosever
 * they are; those that work stay, so that there are more only while more is to be done at once.
 */
export class WarmProcesses {
  readonly #maximum: number;
  readonly #owners = new Set<ProcessOwner>();
  readonly #processes = new Set<LambdaProcess>();

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  addOwner(owner: ProcessOwner): void {
    this.#owners.add(owner);
  }

  removeOwner(owner: ProcessOwner): void {
    this.#owners.delete(owner);
  }

  add(process: LambdaProcess): void {
    this.#processes.add(process);
    void process.lost.then(() => this.#processes.delete(process));
  }

  /** To be called before so many more start, and when one comes to rest. */
  trim(starting: number): void {
    while (this.#processes.size + starting > this.#maximum) {
      const ended = this.#longestResting()?.endLongestResting();
      if (ended === undefined) return;
      this.#processes.delete(ended);
    }
  }

  #longestResting(): ProcessOwner | undefined {
    let longest: ProcessOwner | undefined;
    for (const owner of this.#owners) {
      const sinceMs = owner.restingSinceMs;
      if (sinceMs !== undefined && sinceMs < (longest?.restingSinceMs ?? Infinity)) longest = owner;
    }
    return longest;
  }
}
