/** API Gateway's behaviour, fact by fact: what `docs/reference/gateway-compatibility.md` is written from. */
import { authorizers, keys, permissions } from "./facts/access.ts";
import { closing, opening, order } from "./facts/connections.ts";
import { events } from "./facts/events.ts";
import type { Section } from "./facts/fact.ts";
import { integrations } from "./facts/integrations.ts";
import { limits, management } from "./facts/management.ts";
import { answers, frames, routing } from "./facts/messages.ts";
import { observing, stages } from "./facts/operation.ts";

export const sections: readonly Section[] = [
  opening,
  closing,
  order,
  routing,
  frames,
  events,
  answers,
  integrations,
  authorizers,
  permissions,
  keys,
  management,
  limits,
  stages,
  observing,
];
