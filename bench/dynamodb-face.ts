/**
 * Puts and gets a second through the DynamoDB endpoint of `holdfast dev`, durable in SQLite, in turn with dynalite on a
 * disk (HOLDFAST_DYNALITE names a folder where it is installed). Prints the pairs and their ratios; judges nothing.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../packages/holdfast/bin/holdfast.js", import.meta.url));
const pairs = Number(process.env.PAIRS ?? 5);
const durationMs = 2_000;
const connections = 32;

interface Server {
  readonly name: string;
  readonly child: ChildProcess;
  readonly port: number;
}

interface Rates {
  readonly puts: number;
  readonly gets: number;
}

async function startHoldfast(folder: string): Promise<Server> {
  const child = spawn(process.execPath, [bin, "dev", "--json", "--port", "0"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ready = await new Promise<string>((resolve) =>
    createInterface({ input: child.stdout }).once("line", resolve),
  );
  return {
    name: "holdfast",
    child,
    port: Number(new URL((JSON.parse(ready) as { http: string }).http).port),
  };
}

async function startDynalite(folder: string, installed: string): Promise<Server> {
  const script = `
    const dynalite = require(${JSON.stringify(path.join(installed, "node_modules/dynalite"))});
    const server = dynalite({ path: ${JSON.stringify(path.join(folder, "dynalite"))}, createTableMs: 0 });
    server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<string>((resolve) =>
    createInterface({ input: child.stdout }).once("line", resolve),
  );
  const server = { name: "dynalite", child, port: Number(port) };
  const call = caller(server);
  await call("CreateTable", {
    TableName: "items",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  return server;
}

const authorization =
  "AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=" +
  "0".repeat(64);

function caller({ port }: Server): (operation: string, input: unknown) => Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return (operation, input) => {
    const body = JSON.stringify(input);
    const headers = {
      "content-type": "application/x-amz-json-1.0",
      "content-length": Buffer.byteLength(body),
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      "x-amz-date": "20260101T000000Z",
      authorization,
    };
    return new Promise((resolve, reject) => {
      const sent = request(
        { port, host: "localhost", method: "POST", path: "/", agent, headers },
        (response) => {
          response.resume();
          response.once("end", () => resolve(response.statusCode ?? 0));
        },
      );
      sent.once("error", reject);
      sent.end(body);
    });
  };
}

/** Calls a second, with so many under way as there are connections. */
async function rate(make: (count: number) => Promise<number>): Promise<number> {
  const endsAt = performance.now() + durationMs;
  let count = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() < endsAt) {
      count += 1;
      const status = await make(count);
      if (status !== 200) throw new Error(`status ${status}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return (count / durationMs) * 1000;
}

async function measure(server: Server): Promise<Rates> {
  const call = caller(server);
  const key = (count: number) => ({ id: { S: `item-${count % 1000}` } });
  const put = (count: number) =>
    call("PutItem", {
      TableName: "items",
      Item: { ...key(count), text: { S: "x".repeat(100) }, n: { N: String(count) } },
    });
  await Promise.all(Array.from({ length: 1000 }, (_, count) => put(count)));
  const puts = await rate(put);
  const gets = await rate((count) => call("GetItem", { TableName: "items", Key: key(count) }));
  return { puts, gets };
}

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-bench-"));
  await writeFile(
    path.join(folder, "app.ts"),
    'import { App } from "holdfast"; const app = new App("bench"); export default app; app.table("items", { key: "id" });',
  );
  const installed = process.env.HOLDFAST_DYNALITE;
  const servers = [
    await startHoldfast(folder),
    ...(installed === undefined ? [] : [await startDynalite(folder, installed)]),
  ];
  for (let pair = 1; pair <= pairs; pair += 1) {
    const measured: Rates[] = [];
    for (const server of servers) {
      const rates = await measure(server);
      measured.push(rates);
      console.log(`${server.name}: ${Math.round(rates.puts)} puts/s, ${Math.round(rates.gets)} gets/s`);
    }
    const [ours, theirs] = measured;
    if (ours !== undefined && theirs !== undefined)
      console.log(
        `  ratio: puts ${(ours.puts / theirs.puts).toFixed(1)}, gets ${(ours.gets / theirs.gets).toFixed(1)}`,
      );
  }
  for (const { child } of servers) child.kill("SIGINT");
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

await main();
