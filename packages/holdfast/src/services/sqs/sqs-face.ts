import type { Clock } from "../../base/clock.ts";
import type { Queue } from "../../model/aws-resources.ts";
import type { AwsServiceAnswer, AwsServiceRequest } from "../../ports/aws-services.ts";
import type { QueueStore } from "../../ports/queue-store.ts";
import { AwsServiceError } from "../aws-service-error.ts";
import { createJsonFace } from "../json-protocol.ts";
import { createQueryFace, type QueryOperation } from "../query-protocol.ts";
import type { Operation, ServiceFace } from "../service-face.ts";
import { queueReads, queueWrites } from "./operations/queues.ts";
import { receiptOperations } from "./operations/receipts.ts";
import { receiveOperations } from "./operations/receive.ts";
import { sendOperations } from "./operations/send.ts";
import { fromForm, toForm } from "./query-form.ts";
import { queuePlace } from "./queue-address.ts";
import { queryCodeOf } from "./sqs-error.ts";
import type { SqsSurroundings } from "./surroundings.ts";

export interface SqsFaceOptions {
  readonly queues: QueueStore;
  /** Those that the app has, as they are now. The store knows them. */
  readonly declared: () => readonly Queue[];
  readonly accountId: string;
  readonly clock: Clock;
}

/** Queues, in both protocols that SQS has: JSON, which SDKs speak since 2023, and forms answered in XML. */
export function createSqsFace({ queues, declared, accountId, clock }: SqsFaceOptions): ServiceFace {
  const startedAtMs = clock.now();
  return {
    service: "sqs",
    answer(request) {
      const place = queuePlace(request, accountId);
      const { signal } = request;
      const operations = operationsOf({ queues, declared: declared(), place, startedAtMs, signal });
      return request.headers["x-amz-target"] === undefined
        ? answerForm(request, operations)
        : answerJson(request, operations);
    },
  };
}

function operationsOf(around: SqsSurroundings): Readonly<Record<string, Operation>> {
  return {
    ...sendOperations(around),
    ...receiveOperations(around),
    ...receiptOperations(around),
    ...queueReads(around),
    ...queueWrites(around),
  };
}

/** Errors carry the code of the query protocol in a header: by it clients of before and of now agree (documented). */
async function answerJson(
  request: AwsServiceRequest,
  operations: Readonly<Record<string, Operation>>,
): Promise<AwsServiceAnswer> {
  let failure: AwsServiceError | undefined;
  const noting = mapOperations<Operation>(operations, (operation) => async (input, context) => {
    try {
      return await operation(input, context);
    } catch (error) {
      if (error instanceof AwsServiceError) failure = error;
      throw error;
    }
  });
  const face = createJsonFace({
    service: "sqs",
    targetPrefix: "AmazonSQS",
    version: "1.0",
    errorNamespace: "com.amazonaws.sqs",
    operations: noting,
  });
  const answer = await face.answer(request);
  if (failure === undefined) return answer;
  const fault = failure.status < 500 ? "Sender" : "Receiver";
  return {
    ...answer,
    headers: { ...answer.headers, "x-amzn-query-error": `${queryCodeOf(failure.code)};${fault}` },
  };
}

/** A queue may be named by the path alone: `/000000000000/jobs`. */
function answerForm(
  request: AwsServiceRequest,
  operations: Readonly<Record<string, Operation>>,
): Promise<AwsServiceAnswer> {
  const face = createQueryFace({
    service: "sqs",
    version: "2012-11-05",
    namespace: "http://queue.amazonaws.com/doc/2012-11-05/",
    operations: toQueryOperations(operations),
  });
  const [path = "", query = ""] = request.target.split(/\?(.*)/s);
  if (!/^\/\d+\/[^/]+$/.test(path)) return face.answer(request);
  const url = new URLSearchParams({ QueueUrl: `http://${request.host}${path}` }).toString();
  return face.answer({ ...request, target: `${path}?${query === "" ? url : `${query}&${url}`}` });
}

function toQueryOperations(
  operations: Readonly<Record<string, Operation>>,
): Readonly<Record<string, QueryOperation>> {
  return mapOperations<QueryOperation>(operations, (operation, action) => async (form, context) => {
    try {
      const output = toForm(action, await operation(fromForm(action, form), context));
      return withoutResult.has(action) ? undefined : output;
    } catch (error) {
      if (!(error instanceof AwsServiceError)) throw error;
      throw new AwsServiceError(queryCodeOf(error.code), error.message, error.status);
    }
  });
}

/** Those that return nothing. */
const withoutResult: ReadonlySet<string> = new Set([
  "DeleteMessage",
  "ChangeMessageVisibility",
  "PurgeQueue",
  "SetQueueAttributes",
]);

function mapOperations<To>(
  operations: Readonly<Record<string, Operation>>,
  map: (operation: Operation, name: string) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [name, map(operation, name)]),
  );
}
