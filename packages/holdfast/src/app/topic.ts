import { eventFunctionName } from "../model/names.ts";
import { topicFunction, type TopicHandler } from "../runtime/task-handlers.ts";
import { toText } from "../runtime/websocket-client.ts";
import { withOptions, type FunctionOptions, type Registry } from "./registry.ts";

/** What is published goes to every subscriber. */
export interface Topic {
  readonly name: string;
  /** Text as it is, anything else as JSON. Resolves with the message's id once it is accepted; it does not wait for subscribers. */
  publish(data: unknown, options?: PublishOptions): Promise<string>;
  /** Runs for each message, at least once. A failure is tried again with growing pauses, then reported. */
  subscribe(handler: TopicHandler): void;
  subscribe(options: FunctionOptions, handler: TopicHandler): void;
}

export interface PublishOptions {
  readonly subject?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export function addTopic(registry: Registry, name: string): Topic {
  registry.note(`topic:${name}`);
  const subscribers: { readonly function: string }[] = [];
  registry.topics.push({ name, subscribers });
  return {
    name,
    async publish(data, options = {}) {
      return String(await registry.call(`topic:${name}`, "publish", { text: toText(data), ...options }));
    },
    subscribe(...given: [TopicHandler] | [FunctionOptions, TopicHandler]) {
      const [options, handler] = withOptions(given);
      const functionName = eventFunctionName("topic", name, "subscriber", subscribers.length);
      subscribers.push({ function: registry.addFunction(functionName, topicFunction(handler), options) });
    },
  };
}
