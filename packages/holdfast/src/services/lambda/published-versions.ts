type Described = Readonly<Record<string, unknown>>;

/**
 * Versions that were published, until the end of the run. Each shows the function as it was then; invoked, all of them
 * are the function as it is.
 */
export class PublishedVersions {
  readonly #versions = new Map<string, Described[]>();

  of(functionName: string): readonly Described[] {
    return this.#versions.get(functionName) ?? [];
  }

  /** The same version again when nothing has changed since the last (documented). */
  publish(functionName: string, latest: Described): Described {
    const versions = this.#versions.get(functionName) ?? [];
    const last = versions.at(-1);
    if (last !== undefined && isSame(last, latest)) return last;
    const version = String(versions.length + 1);
    const published = {
      ...latest,
      FunctionArn: `${String(latest.FunctionArn)}:${version}`,
      Version: version,
    };
    this.#versions.set(functionName, [...versions, published]);
    return published;
  }
}

const compared = ["CodeSha256", "RevisionId"];

function isSame(one: Described, other: Described): boolean {
  return compared.every((member) => one[member] === other[member]);
}
