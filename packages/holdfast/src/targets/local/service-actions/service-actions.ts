import { systemClock, type Clock } from "../../../base/clock.ts";
import { HoldfastError } from "../../../base/errors.ts";
import type { ServiceActions } from "../../../ports/service-actions.ts";
import { createDynamoDbActions } from "./dynamodb.ts";
import { lambdaActions } from "./lambda.ts";
import type { ServiceAction, ServiceResources } from "./service-action.ts";
import { snsActions } from "./sns.ts";

/** The services that this machine hosts. `find` is asked at each call; as long as it finds nothing, calls fail. */
export function createServiceActions(
  find: () => ServiceResources | undefined,
  clock: Clock = systemClock,
): ServiceActions {
  /** In small letters, as AWS takes its names in any. */
  const services: Readonly<Record<string, Readonly<Record<string, ServiceAction>>>> = {
    dynamodb: createDynamoDbActions(clock),
    lambda: lambdaActions,
    sns: snsActions,
  };
  return {
    async run(service, action, payload) {
      const name = service.toLowerCase();
      const actions = Object.hasOwn(services, name) ? services[name] : undefined;
      if (actions === undefined) throw absent(`There is no ${service} here`, Object.keys(services));
      const run = Object.hasOwn(actions, action.toLowerCase()) ? actions[action.toLowerCase()] : undefined;
      if (run === undefined) throw absent(`${service} does no ${action} here`, Object.keys(actions));
      const resources = find();
      if (resources === undefined) throw absent(`${service} was asked before the app ran`, []);
      return run(payload, resources);
    },
  };
}

function absent(message: string, known: readonly string[]): HoldfastError {
  const there = known.length === 0 ? "" : `; there is ${known.join(", ")}`;
  return new HoldfastError("INTEGRATION_FAILED", `${message}${there}`);
}
