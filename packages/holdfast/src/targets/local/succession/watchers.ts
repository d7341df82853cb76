type Watch<Listener> = (listener: Listener) => () => void;

/** Those who hear of changes, through any number of stores that come one after another. */
export class Watchers<Listener> {
  /** With what ends each at the store of now. */
  readonly #listeners = new Map<Listener, () => void>();
  #watch: Watch<Listener> | undefined;

  /** Until the returned function is called. */
  add(listener: Listener): () => void {
    this.#listeners.set(listener, this.#watch?.(listener) ?? (() => {}));
    return () => {
      this.#listeners.get(listener)?.();
      this.#listeners.delete(listener);
    };
  }

  /** From now on this store's changes are heard. */
  attach(watch: Watch<Listener>): void {
    this.#watch = watch;
    for (const listener of this.#listeners.keys()) this.#listeners.set(listener, watch(listener));
  }
}
