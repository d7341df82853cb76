type Environment = Readonly<Record<string, string>>;

/** Keeps this process's environment equal to the one it began with, and over it what was applied last. */
export class AppliedEnvironment {
  /** What was there before, of names that were applied. */
  readonly #hidden = new Map<string, string | undefined>();

  apply(environment: Environment): void {
    for (const [name, value] of this.#hidden) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    this.#hidden.clear();
    for (const [name, value] of Object.entries(environment)) {
      this.#hidden.set(name, process.env[name]);
      process.env[name] = value;
    }
  }
}
