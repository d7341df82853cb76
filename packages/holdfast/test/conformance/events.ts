import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "./client.ts";
import type { Place } from "./place.ts";

/** What the suite reads of an event; its keys are compared as they come. */
export interface WireEvent {
  readonly type?: string;
  readonly methodArn?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>>;
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly requestContext: {
    readonly routeKey: string;
    readonly messageId?: string;
    readonly eventType: string;
    readonly extendedRequestId: string;
    readonly requestTime: string;
    readonly requestTimeEpoch: number;
    readonly connectedAt: number;
    readonly identity: Readonly<Record<string, string>>;
    readonly requestId: string;
    readonly domainName: string;
    readonly connectionId: string;
    readonly apiId: string;
    readonly stage: string;
    readonly disconnectStatusCode?: number;
    readonly disconnectReason?: string;
    readonly authorizer?: Readonly<Record<string, string | number>>;
  };
}

/** The MESSAGE event of a message that asks for it. */
export async function messageEvent(client: Client): Promise<WireEvent> {
  return JSON.parse(await client.ask({ action: "event" })) as WireEvent;
}

export async function connectionIdOf(client: Client): Promise<string> {
  return (await messageEvent(client)).requestContext.connectionId;
}

type Kind = "connect" | "disconnect" | "authorize" | "throw";

/** The event that the app kept, or undefined when there is none by now. */
export async function findKept(place: Place, id: string, kind: Kind): Promise<WireEvent | undefined> {
  await using client = await Client.connect(place.open);
  const text = await client.ask({ action: "kept", name: `${id} ${kind}` });
  return text === "nothing" ? undefined : (JSON.parse(text) as WireEvent);
}

const pauseMs = 100;

/** The event that the app keeps; waits for it, until the test's own time is over. */
export async function keptEvent(place: Place, id: string, kind: Kind): Promise<WireEvent> {
  await using client = await Client.connect(place.open);
  for (;;) {
    const text = await client.ask({ action: "kept", name: `${id} ${kind}` });
    if (text !== "nothing") return JSON.parse(text) as WireEvent;
    await sleep(pauseMs);
  }
}
