import type { AppModel } from "../../model/app-model.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { InvalidAppError } from "../../model/invalid-app-error.ts";
import type { Reading } from "../../ports/frontend.ts";
import type { FunctionHost } from "../../ports/function-host.ts";
import type { FrontDoor } from "./front-door.ts";
import type { Services } from "./services.ts";
import type { LocalStores } from "./stores.ts";
import type { Tasks } from "./tasks.ts";

/** What runs now, and how something newer comes to run in its place. */
export interface Deployment {
  model(): AppModel | undefined;
  /**
   * Puts a reading in service: tables, then functions, then routes. Open sockets stay.
   * Throws `InvalidAppError`; what ran before then goes on.
   */
  apply(reading: Reading): Promise<{ model: AppModel; diagnostics: readonly Diagnostic[] }>;
}

export interface DeploymentParts {
  readonly host: FunctionHost;
  readonly stores: LocalStores;
  readonly tasks: Tasks;
  readonly services: Services;
  readonly front: FrontDoor;
  readonly stage: string;
}

export function createDeployment(parts: DeploymentParts): Deployment {
  const { host, stores, tasks, services, front, stage } = parts;
  let current: AppModel | undefined;
  return {
    model: () => current,
    async apply(reading) {
      const { model, bundle, diagnostics } = reading;
      if (model === undefined) throw new InvalidAppError(diagnostics);

      await front.prepare(model);
      await stores.define(model);
      const before = current;
      // New code may use new tables from its first message on.
      current = model;
      try {
        await host.deploy({
          functions: model.functions,
          environment: {
            HOLDFAST_APP: model.app.name,
            HOLDFAST_STAGE: stage,
            HOLDFAST_GATEWAY: front.authority() ?? "",
          },
          ...(bundle !== undefined && { bundle }),
        });
        await front.deploy(model);
        tasks.define(model);
        // Nobody waits for it: stopping the services of before may take its time.
        void services.define(model.services);
      } catch (error) {
        current = before;
        throw error;
      }
      return { model, diagnostics };
    },
  };
}
