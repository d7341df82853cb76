import type { IntegrationExecutor } from "./integrations/integration.ts";

/** What is run for an event. */
export interface FunctionCall {
  /** Other integrations than functions have an executor. */
  readonly kind: "function" | "integration";
  /** The function; of other integrations what logs call them. */
  readonly function: string;
  readonly timeoutMs: number;
  /** What runs instead of the function; never throws before its promise. */
  readonly execute?: IntegrationExecutor | undefined;
}

/** `Function "chat"`, `Integration "POST https://example.com/chat"`. */
export function nameOfCall({ kind, function: name }: Pick<FunctionCall, "kind" | "function">): string {
  return `${kind === "function" ? "Function" : "Integration"} "${name}"`;
}
