import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { expect, it } from "vitest";

import { ManualClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import type { Item } from "../../src/model/attribute-value.ts";
import type { Change } from "../../src/model/table-request.ts";
import type { TableStore } from "../../src/ports/table-store.ts";
import { createMemoryTableStore } from "../../src/stores/memory/table-store.ts";
import { openSqliteTableStore } from "../../src/stores/sqlite/table-store.ts";
import { startMs } from "./table-store-fixture.ts";
import { firstTables, program, type ProgramStep } from "./table-store-programs.ts";

/** A store with what it told and where its last page ended. */
interface Side {
  store: TableStore;
  readonly changes: Change[];
  next: Item | undefined;
}

it("the SQLite store does what the memory store does, closed and opened again or not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-"));
  let run = 0;
  const kinds = new Map<string, number>();
  const count = (kind: string): void => void kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const holds = fc.assert(
    fc.asyncProperty(program, async (steps) => {
      run += 1;
      const clock = new ManualClock(startMs);
      const options = { file: join(folder, `${run}.db`), clock, log: silentLog };
      const memory = watched(createMemoryTableStore(options));
      const sqlite = watched(await openSqliteTableStore(options));
      const sides = [memory, sqlite] as const;
      try {
        await Promise.all(sides.map(({ store }) => store.define(firstTables)));
        for (const step of steps) {
          if (step.step === "reopen") await reopen(sqlite, () => openSqliteTableStore(options));
          if (step.step === "pass") await pass(clock, step.ms);
          const [expected, actual] = await Promise.all(sides.map((side) => outcomeOf(side, step)));
          expect(actual).toEqual(expected);
          count(`${step.step} ${expected !== undefined && "code" in expected ? expected.code : "done"}`);
        }
        expect(sqlite.changes).toEqual(memory.changes);
      } finally {
        await Promise.all(sides.map(({ store }) => store.close()));
      }
    }),
    { numRuns: 60 },
  );
  await expect(holds).resolves.toBeUndefined();
  await rm(folder, { recursive: true });
  // Programs that are only refused would prove little.
  for (const kind of ["write done", "write CONDITION_FAILED", "query done", "scan done", "get done"]) {
    expect(kinds.get(kind)).toBeGreaterThan(10);
  }
}, 120_000);

function watched(store: TableStore): Side {
  const side: Side = { store, changes: [], next: undefined };
  store.watch((change) => side.changes.push(change));
  return side;
}

async function reopen(side: Side, open: () => Promise<TableStore>): Promise<void> {
  await side.store.close();
  side.store = await open();
  side.store.watch((change) => side.changes.push(change));
}

/** Time passes, and what falls due is done before anything else is asked. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  clock.advance(ms);
  await new Promise((resolve) => setTimeout(resolve, 0));
}

type Outcome = { readonly value: unknown } | { readonly code: string; readonly index?: number } | undefined;

async function outcomeOf(side: Side, step: ProgramStep): Promise<Outcome> {
  try {
    return { value: await carryOut(side, step) };
  } catch (error) {
    const { code, index } = error as { readonly code?: string; readonly index?: number };
    if (code === undefined || code === "STORE_FAILED" || code === "INTERNAL") throw error;
    return { code, ...(index !== undefined && { index }) };
  }
}

async function carryOut(side: Side, step: ProgramStep): Promise<unknown> {
  switch (step.step) {
    case "get":
      return side.store.get(step.table, step.key);
    case "write":
      return side.store.write(step.writes);
    case "define":
      return side.store.define(step.tables);
    case "query":
    case "scan": {
      const start = step.continues && side.next !== undefined ? { start: side.next } : {};
      const page =
        step.step === "query"
          ? await side.store.query({ ...step.request, ...start })
          : await side.store.scan({ ...step.request, ...start });
      side.next = page.next;
      return page;
    }
    default:
      return undefined;
  }
}
