import type { Quota, Throttling, UsagePlan, WebSocketApi } from "../model/app-model.ts";

export interface UsagePlanOptions {
  /** How fast each key may open connections. */
  readonly throttling?: Throttling;
  /** How many connections each key may open a day, a week or a month. Counted anew when the app starts. */
  readonly quota?: Quota;
  /** Names of the WebSocket APIs that its keys open. All that ask for a key unless said. */
  readonly apis?: readonly string[];
}

/** A plan until the app is declared. */
export interface UsagePlanDraft {
  readonly name: string;
  readonly options: UsagePlanOptions;
  readonly keys: string[];
}

/** Which APIs and keys a plan has is known once everything is declared. */
export function describeUsagePlan(draft: UsagePlanDraft, apis: readonly WebSocketApi[]): UsagePlan {
  const { throttling, quota } = draft.options;
  const asking = apis.filter(({ routes }) => routes.some(({ apiKeyRequired }) => apiKeyRequired));
  return {
    name: draft.name,
    keys: draft.keys,
    apis: draft.options.apis ?? asking.map(({ name }) => name),
    ...(throttling !== undefined && { throttling }),
    ...(quota !== undefined && { quota }),
  };
}
