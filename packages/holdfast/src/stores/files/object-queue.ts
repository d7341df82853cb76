import { HoldfastError } from "../../base/errors.ts";

/** Requests to the disk at a time; Node has four threads for them, which this keeps busy. */
const maximumAtOnce = 8;
const maximumUnderWay = 10_000;
/** What the objects on their way to the disk may come to. */
const maximumUnderWayBytes = 256 * 1024 * 1024;

/** Work on objects: what concerns one object in the order asked, otherwise at once, up to a bound. */
export class ObjectQueue {
  readonly #lastOf = new Map<string, Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  readonly #noteFault: (error: unknown) => void;
  #atOnce = 0;
  #underWay = 0;
  #underWayBytes = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  /** `noteFault` hears of what any work that writes rejects with. */
  constructor(noteFault: (error: unknown) => void) {
    this.#noteFault = noteFault;
  }

  /** Throws `STORE_OVERLOADED` when so much more would be too much. */
  checkRoom(bytes: number): void {
    if (this.#underWay < maximumUnderWay && this.#underWayBytes + bytes <= maximumUnderWayBytes) return;
    throw new HoldfastError(
      "STORE_OVERLOADED",
      `${this.#underWay} requests to buckets with ${this.#underWayBytes} bytes are under way; ${maximumUnderWay} with ${maximumUnderWayBytes} are allowed`,
      { hint: "Await some requests before sending more." },
    );
  }

  /** In turn with what else names one of these; `bytes` is what the work holds in memory. */
  async inTurn<Result>(
    names: readonly string[],
    bytes: number,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const before = Promise.all(names.flatMap((name) => this.#lastOf.get(name) ?? []));
    const result = this.#counted(bytes, async () => {
      await before;
      return this.#whenFree(work);
    });
    const end = result.then(ignore, ignore);
    for (const name of names) this.#lastOf.set(name, end);
    try {
      return await result;
    } catch (error) {
      this.#noteFault(error);
      throw error;
    } finally {
      for (const name of names) if (this.#lastOf.get(name) === end) this.#lastOf.delete(name);
    }
  }

  /** Whatever else is under way. */
  read<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
    return this.#counted(bytes, () => this.#whenFree(work));
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    if (this.#underWay === 0) return;
    this.#idle ??= Promise.withResolvers<void>();
    await this.#idle.promise;
  }

  async #counted<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
    this.checkRoom(bytes);
    this.#underWay += 1;
    this.#underWayBytes += bytes;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      this.#underWayBytes -= bytes;
      if (this.#underWay === 0) this.#idle?.resolve();
    }
  }

  async #whenFree<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#atOnce < maximumAtOnce) this.#atOnce += 1;
    // Whoever ends hands its place over.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#atOnce -= 1;
      else next();
    }
  }
}

function ignore(): void {}
