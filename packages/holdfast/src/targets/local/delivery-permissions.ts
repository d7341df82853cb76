import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { AppModel } from "../../model/app-model.ts";
import { decideAccess } from "../../model/iam/decide-access.ts";
import { receiverOf } from "../../model/receivers.ts";
import { resourcePolicyOf } from "../../services/iam/resource-policy.ts";

/** A topic's message, or a bucket's change, on its way to a queue or a topic. */
export interface Delivery {
  readonly from: { readonly kind: "topic" | "bucket"; readonly name: string };
  readonly to: { readonly kind: "queue" | "topic"; readonly name: string };
}

export interface DeliveryPermissionsOptions {
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** How many refusals are remembered, so that each is warned of once. */
const rememberedRefusals = 1000;

/**
 * Whether queues and topics take what topics and buckets bring: they do if their own policies say so, and no role
 * counts, as on AWS. There SNS says nothing of what is refused, and S3 refuses the notification when it is configured
 * (both documented); here the log tells of either.
 */
export class DeliveryPermissions {
  readonly #options: DeliveryPermissionsOptions;
  readonly #told = new Set<string>();
  #model: AppModel | undefined;

  constructor(options: DeliveryPermissionsOptions) {
    this.#options = options;
  }

  /** From now on this model's policies count. Warns of each that lets something not in. */
  define(model: AppModel): void {
    this.#model = model;
    this.#told.clear();
    for (const delivery of deliveriesOf(model)) this.permits(delivery);
  }

  /** That it is not permitted is logged, once. */
  permits(delivery: Delivery): boolean {
    const { to } = delivery;
    const list = to.kind === "queue" ? this.#model?.queues : this.#model?.topics;
    // What is not there is refused by whoever looks for it.
    if (list?.some(({ name }) => name === to.name) !== true) return true;
    const cause = this.#refusal(delivery);
    if (cause !== undefined) this.#warn(delivery, cause);
    return cause === undefined;
  }

  #refusal(delivery: Delivery): string | undefined {
    const { region, accountId, clock } = this.#options;
    const { service, action, resource, sourceArn } = this.#termsOf(delivery);
    const nowMs = clock.now();
    const values = {
      "aws:SourceArn": sourceArn,
      "aws:SourceAccount": accountId,
      // Of the oldest examples for buckets.
      "aws:SourceOwner": accountId,
      "aws:PrincipalIsAWSService": "true",
      "aws:PrincipalServiceName": service,
      "aws:ViaAWSService": "false",
      "aws:ResourceAccount": accountId,
      "aws:RequestedRegion": region,
      "aws:SecureTransport": "true",
      "aws:CurrentTime": new Date(nowMs).toISOString(),
      "aws:EpochTime": String(Math.floor(nowMs / 1000)),
    };
    // Principals of AWS's own have neither a role nor an organisation; the source's organisation is not known here.
    const context = { values, isKnown: (key: string) => !key.startsWith("aws:sourceorg") };
    const reading = resourcePolicyOf(resource, this.#model);
    if (reading === undefined) return "it has no policy";
    if ("problems" in reading) return `its policy cannot be used: ${reading.problems.join("; ")}`;
    const requester = { kind: "service", service } as const;
    const asked = { action, resource, context };
    const { decision } = decideAccess(asked, requester, { identity: [], resource: reading.policy });
    if (decision === "allow") return undefined;
    return decision === "explicit-deny" ? "its policy denies it" : "its policy does not allow it";
  }

  #warn(delivery: Delivery, cause: string): void {
    const { from, to } = delivery;
    const key = JSON.stringify([from, to]);
    if (this.#told.has(key) || this.#told.size >= rememberedRefusals) return;
    this.#told.add(key);
    const { service, action, resource, sourceArn } = this.#termsOf(delivery);
    const statement = {
      Effect: "Allow",
      Principal: { Service: service },
      Action: action,
      Resource: resource,
      Condition: { ArnEquals: { "aws:SourceArn": sourceArn } },
    };
    const type = to.kind === "queue" ? "AWS::SQS::QueuePolicy" : "AWS::SNS::TopicPolicy";
    this.#options.log("warn", "iam.delivery-refused", {
      message: `The ${to.kind} ${to.name} gets nothing from the ${from.kind} ${from.name}: ${cause}`,
      hint:
        cause === "its policy denies it"
          ? `Change the statement with "Effect": "Deny" that covers ${action} by ${service}. --no-iam allows everything.`
          : `Add to its ${type}: ${JSON.stringify(statement)}. --no-iam allows everything.`,
    });
  }

  #termsOf({ from, to }: Delivery) {
    const { region, accountId } = this.#options;
    const isQueue = to.kind === "queue";
    return {
      service: from.kind === "topic" ? "sns.amazonaws.com" : "s3.amazonaws.com",
      action: isQueue ? "sqs:SendMessage" : "sns:Publish",
      resource: `arn:aws:${isQueue ? "sqs" : "sns"}:${region}:${accountId}:${to.name}`,
      sourceArn:
        from.kind === "topic"
          ? `arn:aws:sns:${region}:${accountId}:${from.name}`
          : `arn:aws:s3:::${from.name}`,
    };
  }
}

/** What a model says itself; topics' queues for dead letters among it. */
function deliveriesOf({ topics, buckets }: AppModel): readonly Delivery[] {
  return [
    ...topics.flatMap(({ name, subscribers }) =>
      subscribers.flatMap((one): Delivery[] => {
        const queues = ["queue" in one ? one.queue : undefined, one.deadLetterQueue];
        return queues.flatMap((queue): Delivery[] =>
          queue === undefined ? [] : [{ from: { kind: "topic", name }, to: { kind: "queue", name: queue } }],
        );
      }),
    ),
    ...buckets.flatMap(({ name, notifications }) =>
      notifications.flatMap((one): Delivery[] => {
        const to = receiverOf(one);
        return to.kind === "queue" || to.kind === "topic"
          ? [{ from: { kind: "bucket", name }, to: { kind: to.kind, name: to.name } }]
          : [];
      }),
    ),
  ];
}
