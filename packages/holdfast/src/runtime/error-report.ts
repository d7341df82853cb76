import { fileURLToPath } from "node:url";
import { toError, toErrorRecord, type ErrorRecord } from "../base/errors.ts";

/** What is kept of a message and of a stack, in UTF-16 units. */
const maximumMessageUnits = 16 * 1024;
const maximumStackUnits = 64 * 1024;
/** How many causes of causes are shown. */
const maximumCauses = 4;

/**
 * What user code threw, as plain data: its stack shows the user's frames only and goes on to its causes. Never
 * throws, whatever was thrown.
 */
export function describeError(thrown: unknown): ErrorRecord {
  try {
    const { code, name, message, hint, index, connectionId } = toErrorRecord(thrown);
    return {
      ...(code !== undefined && { code }),
      name: cut(name, 200),
      message: cut(message, maximumMessageUnits),
      ...(typeof hint === "string" && { hint: cut(hint, maximumMessageUnits) }),
      stack: cut(stackWithCauses(toError(thrown)), maximumStackUnits),
      ...(typeof index === "number" && { index }),
      ...(typeof connectionId === "string" && { connectionId }),
    };
  } catch {
    return { name: "Error", message: "Something was thrown that cannot be described" };
  }
}

function stackWithCauses(error: Error): string {
  const parts = [trimStack(String(error.stack ?? error))];
  let cause = error.cause;
  for (let depth = 0; depth < maximumCauses && cause instanceof Error; depth += 1) {
    parts.push(`Caused by: ${trimStack(String(cause.stack ?? cause))}`);
    cause = cause.cause;
  }
  return parts.join("\n");
}

/** A stack, or text that holds stacks, without the frames of Node and of Holdfast. */
export function trimStack(stack: string): string {
  if (!stack.includes("\n")) return stack;
  return stack
    .split("\n")
    .filter((line) => !isForeignFrame(line))
    .join("\n");
}

const frame = /^\s+at /;

function isForeignFrame(line: string): boolean {
  if (!frame.test(line)) return false;
  return (
    line.includes("(node:") ||
    line.includes(" node:") ||
    line.includes("/node_modules/holdfast/") ||
    ownFolders.some((folder) => line.includes(folder))
  );
}

/** Holdfast's `src/` and `dist/`, as stacks may write them: what is bundled into apps is mapped back to there. */
const ownFolders: readonly string[] = ((): string[] => {
  const root = new URL(import.meta.url.endsWith(".ts") ? "../../" : "../", import.meta.url);
  const folders = [new URL("src/", root), new URL("dist/", root)];
  return folders.flatMap((folder) => [folder.href, fileURLToPath(folder)]);
})();

function cut(text: unknown, maximumUnits: number): string {
  const whole = String(text);
  return whole.length <= maximumUnits ? whole : `${whole.slice(0, maximumUnits)}…`;
}
