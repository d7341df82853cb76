import { isRecord } from "../../base/is-record.ts";
import { parseExpression, type EventTest, type Subject } from "./pattern-expression.ts";

/** `{ $.a = "b" && $.n > 1 }`, of messages that are JSON objects (documented); others do not fit. */
export function parseJsonPattern(text: string): EventTest<string> | undefined {
  const inner = /^\{(?<inner>[^]*)\}$/.exec(text)?.groups?.inner;
  const test = inner === undefined ? undefined : parseExpression(inner, { subject: readSelector });
  return (
    test &&
    ((message) => {
      const event = parseObject(message);
      return event !== undefined && test(event);
    })
  );
}

function parseObject(message: string): unknown {
  if (!message.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return undefined;
  }
}

const stepPattern = /\.(?<name>[\w-]+)|\[(?<index>\d+)\]|\[(?<quote>['"])(?<quoted>.*?)\k<quote>\]/y;

/** `$.a.b`, `$.a[0]`, `$['a b']`. */
function readSelector(text: string): Subject<unknown> | undefined {
  if (!text.startsWith("$")) return undefined;
  const steps: string[] = [];
  stepPattern.lastIndex = 1;
  while (stepPattern.lastIndex < text.length) {
    const groups = stepPattern.exec(text)?.groups;
    if (groups === undefined) return undefined;
    steps.push(groups.name ?? groups.index ?? groups.quoted ?? "");
  }
  return steps.length === 0 ? undefined : (event) => steps.reduce(memberOf, event);
}

function memberOf(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? value[Number(name)] : undefined;
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
