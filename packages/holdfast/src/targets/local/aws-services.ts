import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { AppModel, Bucket } from "../../model/app-model.ts";
import { maximumPutBytes } from "../../model/bucket-limits.ts";
import type { BucketStore } from "../../ports/bucket-store.ts";
import type { FunctionCalls } from "../../ports/function-calls.ts";
import type { FunctionUpdates } from "../../ports/function-updates.ts";
import type { LogGroups } from "../../ports/log-groups.ts";
import type { QueueStore } from "../../ports/queue-store.ts";
import type { AwsPlace } from "../../ports/frontend.ts";
import type { Topics } from "../../ports/topics.ts";
import type { TableStore } from "../../ports/table-store.ts";
import type { Tracer } from "../../ports/tracer.ts";
import { defaultAccountId } from "../../model/defaults.ts";
import type { SignatureAccess } from "../../gateway/iam/authenticate.ts";
import { createServiceHandler } from "../../gateway/services/service-handler.ts";
import type { SignedRequest } from "../../gateway/sigv4/signed-request.ts";
import { createAwsServices } from "../../services/aws-services.ts";
import { createDynamoDbFace } from "../../services/dynamodb/dynamodb-face.ts";
import { createLambdaFace } from "../../services/lambda/lambda-face.ts";
import { createS3Face } from "../../services/s3/s3-face.ts";
import { createSnsFace } from "../../services/sns/sns-face.ts";
import { createSqsFace } from "../../services/sqs/sqs-face.ts";
import { createSsmFace } from "../../services/ssm/ssm-face.ts";
import { createStsFace } from "../../services/sts/sts-face.ts";
import { createAppFaces } from "./app-faces.ts";
import type { LocalIam } from "./iam.ts";
import { toLocalUrls, type LocalAddress } from "./local-urls.ts";

export interface LocalAwsServicesOptions {
  readonly tables: TableStore;
  readonly buckets: BucketStore;
  readonly queues: QueueStore;
  readonly topics: Topics;
  readonly place: AwsPlace;
  readonly calls: FunctionCalls;
  /** What runs now. */
  readonly model: () => AppModel | undefined;
  /** Where its APIs and web sites are. */
  readonly addresses: (model: AppModel) => readonly LocalAddress[];
  /** Whose signatures are taken. */
  readonly signatures: SignatureAccess;
  /** Who functions are, and what they may do. */
  readonly iam: Pick<LocalIam, "credentials" | "guard" | "permitsRule">;
  readonly groups: LogGroups;
  readonly updates: FunctionUpdates;
  readonly stage: string;
  /** Aborts when the app ends. */
  readonly closing: AbortSignal;
  readonly tracer?: Tracer;
  readonly clock: Clock;
  readonly log: Log;
}

const mebibyte = 1024 * 1024;
/** Of one request: more than any of these services takes, so that each can say so itself. */
const bodyBytes = 16 * mebibyte;
/** An object, or a part of one, cut into chunks with a signature each. */
const s3BodyBytes = maximumPutBytes + 2 * mebibyte;
/** Code is uploaded with 50 MB at most (documented), and in base64. */
const lambdaBodyBytes = 67 * mebibyte;
const bodyBytesOf: Readonly<Record<string, number>> = { s3: s3BodyBytes, lambda: lambdaBodyBytes };
const bodyBytesInFlight = 256 * mebibyte;

/** AWS's services on the app's port: answers a request of one that is here, and tells whether it was one. */
export function createLocalAwsServices(
  options: LocalAwsServicesOptions,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { tables, buckets, queues, calls, model, addresses, signatures, iam, updates, clock, log } = options;
  const accountId = defaultAccountId;
  const bucketOf = (name: string): Bucket | undefined =>
    model()?.buckets.find((bucket) => bucket.name === name);
  const services = createAwsServices(
    [
      createDynamoDbFace({ tables, model, clock }),
      createStsFace({
        accountId,
        clock,
        roleOf: (name) => model()?.functions.find((one) => one.name === name)?.role,
      }),
      createSsmFace({ tables, declared: () => declaredParameters(model(), addresses), accountId, clock }),
      createSnsFace({ topics: options.topics, model, place: options.place }),
      createSqsFace({ queues, declared: () => model()?.queues ?? [], accountId, clock }),
      createS3Face({
        buckets,
        model,
        accountId,
        clock,
        website: (name) => bucketOf(name)?.website,
        cors: (name) => bucketOf(name)?.cors ?? [],
      }),
      createLambdaFace({ functions: () => model()?.functions ?? [], calls, updates, accountId, clock }),
      ...createAppFaces({ ...options, accountId }),
    ],
    iam.guard,
  );
  return createServiceHandler({
    services,
    isHosted: (service) => services.has(service),
    access: signatures,
    functionOf: (accessKeyId) => iam.credentials.functionOf(accessKeyId),
    takesUnsigned,
    accountId,
    bodyBytes: (service) => bodyBytesOf[service] ?? bodyBytes,
    bodyBytesInFlight,
    isReady: () => model() !== undefined,
    closing: options.closing,
    ...(options.tracer && { tracer: options.tracer }),
    clock,
    log,
  });
}

/** Their values may be URLs of the app, for browsers. */
function declaredParameters(
  model: AppModel | undefined,
  addresses: LocalAwsServicesOptions["addresses"],
): AppModel["parameters"] {
  if (model === undefined) return [];
  const apis = addresses(model);
  return model.parameters.map((one) => ({ ...one, value: toLocalUrls(one.value, apis) }));
}

/** Whoever has a token of an identity provider has no keys yet: that is what they ask for (documented). */
function takesUnsigned(service: string, { target, body }: SignedRequest): boolean {
  const unsigned = unsignedActions[service];
  if (unsigned === undefined) return false;
  const form = `${target.slice(target.indexOf("?") + 1)}&${Buffer.from(body).toString("utf8")}`;
  return unsigned.includes(new URLSearchParams(form).get("Action") ?? "");
}

/** A subscriber's links in SNS's messages are fetched as they are, too. */
const unsignedActions: Readonly<Record<string, readonly string[]>> = {
  sts: ["AssumeRoleWithWebIdentity"],
  sns: ["ConfirmSubscription", "Unsubscribe"],
};
