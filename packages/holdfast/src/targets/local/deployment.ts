import path from "node:path";
import type { AppModel, FunctionModel } from "../../model/app-model.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { InvalidAppError } from "../../model/invalid-app-error.ts";
import type { Reading } from "../../ports/frontend.ts";
import type { FunctionHost } from "../../ports/function-host.ts";
import type { FrontDoor } from "./front-door.ts";
import type { LocalIam } from "./iam.ts";
import { toLocalUrls, type LocalAddress } from "./local-urls.ts";
import type { Services } from "./services.ts";
import type { LocalStores } from "./stores.ts";

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
  /** What runs functions without a socket or a request; told of each model. */
  readonly feeds: readonly Feed[];
  readonly services: Services;
  readonly front: FrontDoor;
  readonly iam: LocalIam;
  readonly stage: string;
  readonly appDir: string;
}

export interface Feed {
  /** From now on these functions are run, and when the model says. */
  define(model: AppModel): void | Promise<void>;
}

export function createDeployment(parts: DeploymentParts): Deployment {
  const { host, stores, feeds, services, front, iam, stage } = parts;
  let current: AppModel | undefined;
  return {
    model: () => current,
    async apply(reading) {
      const { model, bundle, diagnostics, codeRevisions } = reading;
      if (model === undefined) throw new InvalidAppError(diagnostics);

      await front.prepare(model);
      await stores.define(model);
      const addresses = front.addresses(model);
      const before = current;
      // New code may use new tables from its first message on.
      current = model;
      try {
        await host.deploy({
          functions: model.functions.map((one) => localFunction(one, parts, addresses)),
          environment: {
            HOLDFAST_APP: model.app.name,
            HOLDFAST_STAGE: stage,
            HOLDFAST_GATEWAY: front.authority() ?? "",
          },
          ...(bundle !== undefined && { bundle }),
          ...(codeRevisions !== undefined && { codeRevisions }),
        });
        iam.define(model);
        await front.deploy(model);
        for (const feed of feeds) await feed.define(model);
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

/** A function as this machine runs it: folders absolute, its APIs where they are here, and keys of its own. */
function localFunction(
  model: FunctionModel,
  { appDir, iam }: Pick<DeploymentParts, "appDir" | "iam">,
  addresses: readonly LocalAddress[],
): FunctionModel {
  const { code, layers, environment } = model;
  if (code.kind === "export") return model;
  return {
    ...model,
    code: { ...code, dir: path.resolve(appDir, code.dir) },
    environment: {
      ...iam.credentials.environmentOf(model),
      ...Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [name, toLocalUrls(value, addresses)]),
      ),
    },
    ...(layers && { layers: layers.map((layer) => path.resolve(appDir, layer)) }),
  };
}
