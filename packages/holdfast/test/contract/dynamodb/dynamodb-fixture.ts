import { ManualClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { createDynamoDbOperations } from "../../../src/services/dynamodb/dynamodb-face.ts";
import type { OperationInput } from "../../../src/services/service-face.ts";
import { createMemoryTableStore } from "../../../src/stores/memory/table-store.ts";
import { sampleModel, sampleTable } from "../../model/sample-model.ts";

const games = sampleTable({
  name: "games",
  key: { name: "id", type: "string" },
  sortKey: { name: "turn", type: "number" },
  ttl: "expires",
  indexes: [
    { name: "by-player", key: { name: "player", type: "string" }, projection: "keys-only" },
    {
      name: "by-score",
      key: { name: "id", type: "string" },
      sortKey: { name: "score", type: "number" },
      projection: ["player"],
    },
  ],
});
const plain = sampleTable({
  name: "plain",
  key: { name: "id", type: "string" },
  indexes: [],
  stream: "both",
});
const model = { ...sampleModel, tables: [games, plain] };

type Answer = Promise<Record<string, unknown>>;

/** DynamoDB's operations over two tables: `games` with a sort key and indexes, and `plain`. */
export interface OpenTables {
  readonly clock: ManualClock;
  readonly run: (operation: string, input: OperationInput) => Answer;
  readonly onGames: (operation: string, input?: OperationInput) => Answer;
  readonly onPlain: (operation: string, input?: OperationInput) => Answer;
  /** Puts five items of `a` into `games`. */
  readonly fill: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openTables(): Promise<OpenTables> {
  const clock = new ManualClock(1_700_000_000_000);
  const tables = createMemoryTableStore({ clock, log: silentLog });
  await tables.define(model.tables);
  const operations = createDynamoDbOperations({ tables, model: () => model, clock });
  const run: OpenTables["run"] = async (name, input) => {
    const operation = operations[name];
    if (operation === undefined) throw new Error(`There is no ${name}`);
    const output = await operation(input, { region: "eu-west-1", requestId: "1", caller: {} });
    return JSON.parse(JSON.stringify(output)) as Record<string, unknown>;
  };
  const onGames: OpenTables["onGames"] = (name, input = {}) => run(name, { TableName: "games", ...input });
  return {
    clock,
    run,
    onGames,
    onPlain: (name, input = {}) => run(name, { TableName: "plain", ...input }),
    close: () => tables.close(),
    fill: async () => {
      for (let turn = 0; turn < 5; turn += 1) {
        const player = { S: turn % 2 === 0 ? "even" : "odd" };
        const rest = { player, score: { N: `${-turn}` }, extra: { S: "x" } };
        await onGames("PutItem", { Item: { ...key("a", turn), ...rest } });
      }
    },
  };
}

/** Of an item of `games`. */
export function key(id: string, turn: number) {
  return { id: { S: id }, turn: { N: String(turn) } };
}
