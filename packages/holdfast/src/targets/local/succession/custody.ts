import type { Backplane } from "../../../ports/backplane.ts";

/** What one process asks of another's part of the state. */
interface StateCall {
  readonly part: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** Methods of one part that other processes may call. */
export interface SharedPart {
  readonly methods: readonly string[];
  /** Undefined where it is not here. */
  readonly own: () => object | undefined;
}

export interface CustodyOptions {
  readonly backplane: Backplane;
  /** What the backplane calls it. */
  readonly operation: string;
  readonly parts: Readonly<Record<string, SharedPart>>;
}

/**
 * Who has a share of the state: this process or, once it was given away, its successor. Calls go to whoever that is; in
 * between they wait.
 */
export class Custody {
  readonly #options: CustodyOptions;
  /** Resolves with the successor's node, or with undefined when the state comes back. Absent while it is here. */
  #away: PromiseWithResolvers<number | undefined> | undefined;
  #underWay = 0;
  #onIdle: (() => void) | undefined;

  constructor(options: CustodyOptions) {
    this.#options = options;
    options.backplane.serve(options.operation, (call) => this.#answer(call as StateCall));
  }

  /** Carries a call out where the state is; `own` does it here. */
  async call<Answer>(
    part: string,
    method: string,
    args: readonly unknown[],
    own: () => Promise<Answer>,
  ): Promise<Answer> {
    while (this.#away !== undefined) {
      const node = await this.#away.promise;
      if (node !== undefined) return this.#ask(node, part, method, args);
    }
    this.#underWay += 1;
    try {
      return await own();
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#onIdle?.();
    }
  }

  /** From now on calls wait, for `passTo` or `takeBack`. */
  begin(): void {
    this.#away ??= Promise.withResolvers();
  }

  /** Resolves when none is carried out here any more. */
  async idle(): Promise<void> {
    if (this.#underWay === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    await promise;
  }

  passTo(node: number): void {
    this.#away?.resolve(node);
  }

  takeBack(): void {
    const away = this.#away;
    this.#away = undefined;
    away?.resolve(undefined);
  }

  async #ask<Answer>(node: number, part: string, method: string, args: readonly unknown[]): Promise<Answer> {
    const { backplane, operation } = this.#options;
    // What is absent at the end would arrive as null.
    const length = args.findLastIndex((argument) => argument !== undefined) + 1;
    const call: StateCall = { part, method, args: args.slice(0, length) };
    // Other nodes run this same code.
    return (await backplane.ask(node, operation, call)) as Answer;
  }

  async #answer({ part, method, args }: StateCall): Promise<unknown> {
    const { parts } = this.#options;
    const shared = Object.hasOwn(parts, part) ? parts[part] : undefined;
    const own = shared?.methods.includes(method) === true ? shared.own() : undefined;
    if (own === undefined) throw new Error(`${part}.${method} cannot be called here`);
    const run = (own as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>)[method];
    return run?.apply(own, [...args]);
  }
}
