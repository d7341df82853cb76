import type { Tasks } from "../tasks.ts";
import { optional, type Operations } from "./operations.ts";

export function topicOperations(tasks: Tasks, topic: string): Operations {
  return {
    publish: ({ text, subject, attributes }, trace) =>
      tasks.publish(topic, {
        text: String(text),
        ...optional("subject", typeof subject === "string" ? subject : undefined),
        ...optional("attributes", toAttributes(attributes)),
        ...optional("trace", trace),
      }),
  };
}

function toAttributes(value: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)]));
}
