import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from "node:worker_threads";

import { BatchRunner, tablesLayout } from "./batch-runner.ts";
import { Backups } from "./backups.ts";
import { Database } from "./database.ts";
import {
  toFailure,
  type AnswerBatch,
  type BackupOrder,
  type OpenedStore,
  type OpeningMessage,
  type RequestBatch,
  type StoreTitle,
  type ThreadStart,
} from "./messages.ts";
import { QueueRunner, queuesLayout } from "./queue-runner.ts";
import { toStorageError } from "./storage-error.ts";

/** The most requests that share one commit; more wait for the next. */
const requestsPerCommit = 4_096;

interface Runner extends OpenedStore {
  run(batches: readonly RequestBatch[]): AnswerBatch;
}

const kinds = {
  tables: { layout: tablesLayout, Runner: BatchRunner },
  queues: { layout: queuesLayout, Runner: QueueRunner },
} satisfies Record<StoreTitle, unknown>;

/** The entry of the thread that owns a database: it opens it, says so, and answers batches until one says close. */
function main(port: MessagePort, { title, file }: ThreadStart): void {
  const send = (message: OpeningMessage): void => port.postMessage(message);
  try {
    const { layout, Runner } = kinds[title];
    const database = new Database(file, layout);
    const runner = new Runner(database, file);
    serve(port, runner, database, new Backups(database, (to, error) => toStorageError(error, to, title)));
    send({ opened: { expires: runner.expires } });
  } catch (error) {
    send({ failure: toFailure(toStorageError(error, file, title)) });
  }
}

function serve(port: MessagePort, runner: Runner, database: Database, backups: Backups): void {
  const backUp = ({ backupTo }: BackupOrder): void =>
    void backups.run(backupTo).then((outcome) => port.postMessage(outcome));
  port.on("message", (first: RequestBatch | BackupOrder) => {
    if (isBackup(first)) {
      backUp(first);
      return;
    }
    const batches = [first];
    for (let count = first.count; count < requestsPerCommit;) {
      const next = receiveMessageOnPort(port) as { readonly message: RequestBatch | BackupOrder } | undefined;
      if (next === undefined) break;
      if (isBackup(next.message)) {
        backUp(next.message);
        continue;
      }
      batches.push(next.message);
      count += next.message.count;
    }
    const answers = runner.run(batches);
    port.postMessage(answers, [answers.bytes.buffer, answers.changes.buffer]);
    if (batches.some(({ isClosing }) => isClosing))
      void backups.stop().then(() => {
        database.close();
        port.close();
      });
  });
}

function isBackup(message: RequestBatch | BackupOrder): message is BackupOrder {
  return "backupTo" in message;
}

if (parentPort !== null) main(parentPort, workerData as ThreadStart);
