import type { Clock } from "../../base/clock.ts";
import type { AppModel } from "../../model/app-model.ts";
import type { FunctionCalls } from "../../ports/function-calls.ts";
import type { LogGroups } from "../../ports/log-groups.ts";
import { createApiGatewayFace } from "../../services/apigateway/apigateway-face.ts";
import { createEventsFace } from "../../services/events/events-face.ts";
import { createLogsFace } from "../../services/logs/logs-face.ts";
import { createSchedulerFace } from "../../services/scheduler/scheduler-face.ts";
import type { ServiceFace } from "../../services/service-face.ts";
import type { LocalIam } from "./iam.ts";
import type { LocalAddress } from "./local-urls.ts";

export interface AppFacesOptions {
  readonly groups: LogGroups;
  readonly calls: FunctionCalls;
  /** What runs now. */
  readonly model: () => AppModel | undefined;
  /** Where its APIs are. */
  readonly addresses: (model: AppModel) => readonly LocalAddress[];
  /** Whom the targets of rules let invoke them. */
  readonly iam: Pick<LocalIam, "permitsRule">;
  readonly stage: string;
  readonly accountId: string;
  readonly clock: Clock;
}

/** How often Lambda tries an event of EventBridge's again (documented). */
const eventRetries = 2;

/** Those of AWS's services that have no store: they tell of the app and its log, and carry its events. */
export function createAppFaces(options: AppFacesOptions): readonly ServiceFace[] {
  const { groups, calls, model, iam } = options;
  return [
    createLogsFace({ ...options, groups }),
    createEventsFace({
      ...options,
      async deliver(target, event) {
        const rule = model()?.eventRules.find(({ targets }) => targets.includes(target));
        // What puts events does not hear that one goes nowhere (EventBridge, documented).
        if (rule !== undefined && iam.permitsRule?.(rule.name, target.function) === false) return;
        await calls.send(target.function, event, eventRetries);
      },
    }),
    createSchedulerFace(options),
    createApiGatewayFace(options),
  ];
}
