/** Ends what a starter began; calling it twice is calling it once. */
export type Stopper = () => Promise<void>;

/** Collects stoppers and runs them last in, first out. One that fails does not keep the others from running. */
export class StopperStack {
  readonly #stoppers: Stopper[] = [];
  #stopping: Promise<void> | undefined;

  push(stopper: () => Promise<void> | void): void {
    this.#stoppers.push(async () => stopper());
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#run();
    return this.#stopping;
  }

  async #run(): Promise<void> {
    const failures: unknown[] = [];
    for (let stopper = this.#stoppers.pop(); stopper !== undefined; stopper = this.#stoppers.pop()) {
      await stopper().catch((error: unknown) => failures.push(error));
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, "Several parts did not stop cleanly");
  }
}
