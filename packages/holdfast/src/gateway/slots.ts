/** So many of something at a time. Who waits for a free slot is told in turn, once for each time it asked. */
export class Slots {
  readonly #waiters = new Set<SlotWaiter>();
  readonly #count: number;
  #free: number;
  #telling = false;

  constructor(count: number) {
    this.#count = count;
    this.#free = count;
  }

  get taken(): number {
    return this.#count - this.#free;
  }

  take(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  release(): void {
    this.#free += 1;
    // A waiter may release within its call: the outermost call tells the next one, so that the stack stays flat.
    if (this.#telling) return;
    this.#telling = true;
    for (const waiter of this.#waiters) {
      if (this.#free === 0) break;
      this.#waiters.delete(waiter);
      waiter.slotFree();
    }
    this.#telling = false;
  }

  wait(waiter: SlotWaiter): void {
    this.#waiters.add(waiter);
  }
}

export interface SlotWaiter {
  slotFree(): void;
}
