import fc from "fast-check";

import type { Bucket, CorsRule, Topic, Website } from "../../src/model/app-model.ts";
import { receiverOf, type SubscriptionOptions } from "../../src/model/receivers.ts";
import { amount, few, flag, list, name, policy, shape } from "./arbitrary-parts.ts";

interface Notification {
  readonly on: "put" | "delete";
  readonly how?: "put" | "copy" | "multipart";
  readonly prefix?: string;
  readonly suffix?: string;
}

const notification = {
  on: fc.constantFrom("put" as const, "delete" as const),
  how: fc.constantFrom("put" as const, "copy" as const, "multipart" as const),
  prefix: name,
  suffix: name,
};

const subscription = {
  filter: fc.record({
    policy: name,
    scope: fc.constantFrom("attributes" as const, "body" as const),
  }),
  raw: fc.constant(true as const),
  deadLetterQueue: name,
};

const website = shape<Website, "indexDocument">(["indexDocument"], {
  indexDocument: name,
  errorDocument: name,
});

const texts = fc.array(name, few);
const corsRule = shape<CorsRule, Exclude<keyof CorsRule, "maxAgeSeconds">>(
  ["allowedOrigins", "allowedMethods", "allowedHeaders", "exposedHeaders"],
  {
    allowedOrigins: texts,
    allowedMethods: texts,
    allowedHeaders: texts,
    exposedHeaders: texts,
    maxAgeSeconds: amount,
  },
);

const bucketParts = ["name", "notifications", "retain"] as const;
export const arbitraryBucket = shape<Bucket, (typeof bucketParts)[number]>(bucketParts, {
  name,
  notifications: fc.array(
    fc.oneof(
      shape<Notification & { readonly function: string }, "on" | "function">(["on", "function"], {
        ...notification,
        function: name,
      }),
      shape<Notification & { readonly queue: string }, "on" | "queue">(["on", "queue"], {
        ...notification,
        queue: name,
      }),
      shape<Notification & { readonly topic: string }, "on" | "topic">(["on", "topic"], {
        ...notification,
        topic: name,
      }),
    ),
    few,
  ),
  retain: flag,
  policy,
  website,
  cors: fc.array(corsRule, few),
});

export const arbitraryTopic: fc.Arbitrary<Topic> = shape<Topic, "name" | "subscribers">(
  ["name", "subscribers"],
  {
    name,
    fifo: fc.constant(true as const),
    contentBasedDeduplication: fc.constant(true as const),
    policy,
    subscribers: list<Topic["subscribers"][number]>(
      fc.oneof(
        shape<SubscriptionOptions & { readonly function: string }, "function">(["function"], {
          ...subscription,
          function: name,
        }),
        shape<SubscriptionOptions & { readonly queue: string }, "queue">(["queue"], {
          ...subscription,
          queue: name,
        }),
        shape<SubscriptionOptions & { readonly url: string }, "url">(["url"], {
          ...subscription,
          url: name,
        }),
      ),
      (one) => JSON.stringify(receiverOf(one)),
    ),
  },
);
