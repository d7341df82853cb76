import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { join } from "node:path";

import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import type { Table } from "../../../src/model/app-model.ts";
import { createDynamoDbOperations } from "../../../src/services/dynamodb/dynamodb-face.ts";
import { AwsServiceError } from "../../../src/services/aws-service-error.ts";
import { createMemoryTableStore } from "../../../src/stores/memory/table-store.ts";
import { sampleModel } from "../../model/sample-model.ts";
import type { Call } from "./dynamodb-calls.ts";

/** What an implementation of DynamoDB answers: a success's body, or an error's name and message. */
export type Answer =
  | { readonly ok: true; readonly body: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly error: string; readonly message: string };

/** An implementation that breaks, as moto does now and then, answers with the error `Failed`. */
export interface Implementation {
  call(call: Call): Promise<Answer>;
  close(): Promise<void>;
}

export async function openOwn(table: Table): Promise<Implementation> {
  const model = { ...sampleModel, tables: [table] };
  const tables = createMemoryTableStore({ clock: systemClock, log: silentLog });
  await tables.define(model.tables);
  const operations = createDynamoDbOperations({ tables, model: () => model, clock: systemClock });
  return {
    async call({ operation, input }) {
      try {
        const run = operations[operation];
        if (run === undefined) throw new Error(`There is no ${operation}`);
        const body = await run(input, { region: "us-east-1", requestId: "1", caller: {} });
        return { ok: true, body: JSON.parse(JSON.stringify(body)) as Record<string, unknown> };
      } catch (error) {
        if (error instanceof AwsServiceError) return { ok: false, error: error.code, message: error.message };
        throw error;
      }
    },
    close: () => tables.close(),
  };
}

/** dynalite, where it is installed: here, or in the folder that `HOLDFAST_DYNALITE` names. */
export async function openDynalite(table: Table): Promise<Implementation | undefined> {
  const require = createRequire(join(process.env.HOLDFAST_DYNALITE ?? import.meta.dirname, "from.js"));
  let dynalite: (options: object) => Server;
  try {
    dynalite = require("dynalite") as typeof dynalite;
  } catch {
    return undefined;
  }
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return overHttp(port, table, async () => {
    server.close();
    server.closeAllConnections();
  });
}

/** moto, where Python has it. */
export async function openMoto(table: Table): Promise<Implementation | undefined> {
  const port = await freePort();
  const child = spawn("python3", ["-m", "moto.server", "-p", String(port)], { stdio: "ignore" });
  const ended = new Promise<"ended">((resolve) => {
    child.once("error", () => resolve("ended"));
    child.once("exit", () => resolve("ended"));
  });
  const outcome = await Promise.race([ended, awaitAnswer(port)]);
  if (outcome === "ended") return undefined;
  return overHttp(port, table, async () => {
    child.kill();
    await ended;
  });
}

async function awaitAnswer(port: number): Promise<"ready"> {
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/moto-api/`);
      return "ready";
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function overHttp(port: number, table: Table, close: () => Promise<void>): Promise<Implementation> {
  const call = async ({ operation, input }: Call): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${operation}`,
        "x-amz-date": "20260101T000000Z",
        authorization:
          "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
      },
      body: JSON.stringify(input),
    });
    if (response.headers.get("content-type")?.startsWith("text/html") === true)
      return { ok: false, error: "Failed", message: await response.text() };
    const body = (await response.json()) as Record<string, unknown>;
    // moto tells of the capacity unasked.
    const { ConsumedCapacity: _, ...rest } = body;
    if (response.ok) return { ok: true, body: rest };
    return {
      ok: false,
      error: String(body.__type).split("#").at(-1) ?? "",
      message: String(body.message ?? body.Message),
    };
  };
  await createTable(call, table);
  return { call, close };
}

async function createTable(call: Implementation["call"], table: Table): Promise<void> {
  const schema = ({ key, sortKey }: Pick<Table, "key" | "sortKey">) => [
    { AttributeName: key.name, KeyType: "HASH" },
    ...(sortKey === undefined ? [] : [{ AttributeName: sortKey.name, KeyType: "RANGE" }]),
  ];
  const attributes = [table, ...table.indexes].flatMap(({ key, sortKey }) =>
    sortKey === undefined ? [key] : [key, sortKey],
  );
  const types = new Map(attributes.map(({ name, type }) => [name, type[0]?.toUpperCase()]));
  const throughput = { ReadCapacityUnits: 1000, WriteCapacityUnits: 1000 };
  const created = await call({
    operation: "CreateTable",
    input: {
      TableName: table.name,
      KeySchema: schema(table),
      AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({
        AttributeName,
        AttributeType,
      })),
      ProvisionedThroughput: throughput,
      GlobalSecondaryIndexes: table.indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: schema(index),
        Projection: { ProjectionType: index.projection === "all" ? "ALL" : "KEYS_ONLY" },
        ProvisionedThroughput: throughput,
      })),
    },
  });
  if (!created.ok) throw new Error(`The table was not made: ${created.message}`);
  for (;;) {
    const described = await call({ operation: "DescribeTable", input: { TableName: table.name } });
    const { TableStatus } = (described.ok ? described.body.Table : {}) as { TableStatus?: string };
    if (TableStatus === "ACTIVE") return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
