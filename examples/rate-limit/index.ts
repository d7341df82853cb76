import type { App, Table } from "holdfast";

/** How often a key may do something. */
export interface RateLimiter {
  /** Whether `key` may, once more in this window. */
  take(key: string): Promise<boolean>;
}

export interface RateLimit {
  /** How many times a key may in a window. */
  readonly times: number;
  /** How long a window is, in milliseconds. Windows begin at whole multiples of it. */
  readonly windowMs: number;
}

/** Adds a rate limiter to an app. */
export function addRateLimiter(app: App, name: string, limit: RateLimit): RateLimiter {
  const counts = app.table<Count, "window">(`${name}-counts`, { key: "window", ttl: "expiresAt" });
  const counting = [{ resource: `table:${counts.name}`, operations: ["update"] }];
  return app.resource<RateLimiter>(name, {
    operations: ["take"],
    targets: {
      // One process has all the calls: counting there is exact, and writes nothing.
      local: { open: () => countInMemory(limit), grants: [] },
      // Many share the work, so the count lives in a table.
      server: { open: () => countInTable(counts, limit), grants: counting },
      aws: { open: () => countInTable(counts, limit), grants: counting },
    },
  });
}

export function countInMemory({ times, windowMs }: RateLimit): RateLimiter {
  const counts = new Map<string, number>();
  let current = 0;
  return {
    async take(key) {
      const window = Math.floor(Date.now() / windowMs);
      if (window !== current) counts.clear();
      current = window;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count <= times;
    },
  };
}

/** An item of the table: a key's count in one window. */
export interface Count {
  readonly window: string;
  readonly count: number;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

export function countInTable(counts: Table<Count, "window">, { times, windowMs }: RateLimit): RateLimiter {
  return {
    async take(key) {
      const window = Math.floor(Date.now() / windowMs);
      const expiresAt = Math.ceil(((window + 1) * windowMs) / 1000) + 60;
      const { count } = await counts.update(
        { window: `${window} ${key}` },
        { add: { count: 1 }, set: { expiresAt } },
      );
      return count <= times;
    },
  };
}
