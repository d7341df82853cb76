import type { Clock } from "../../base/clock.ts";
import type { FunctionModel } from "../../model/app-model.ts";
import type { FunctionCalls } from "../../ports/function-calls.ts";
import type { FunctionUpdates } from "../../ports/function-updates.ts";
import { createRestJsonFace } from "../rest-json.ts";
import type { ServiceFace } from "../service-face.ts";
import { findFunction, lambdaError, type FindFunction, type FunctionAddress } from "./function-address.ts";
import { functionConfiguration } from "./function-configuration.ts";
import { createUpdateOperations, describeCode } from "./function-updates.ts";
import { createInvoke, createInvokeAsync } from "./invoke.ts";

export interface LambdaFaceOptions {
  /** Those that the app has, as they are now. */
  readonly functions: () => readonly FunctionModel[];
  readonly calls: FunctionCalls;
  readonly updates: FunctionUpdates;
  readonly accountId: string;
  readonly clock: Clock;
}

/** Lambda, as far as functions are run and looked at. */
export function createLambdaFace({
  functions,
  calls,
  updates,
  accountId,
  clock,
}: LambdaFaceOptions): ServiceFace {
  const deployedAtMs = clock.now();
  const find: FindFunction = ({ parameters, query }, { region }) =>
    findFunction(functions(), parameters.FunctionName ?? "", query.get("Qualifier") ?? undefined, {
      region,
      accountId,
    });
  const describe = (
    { model, qualifier }: FunctionAddress,
    region: string,
  ): Readonly<Record<string, unknown>> => ({
    ...functionConfiguration(model, { region, accountId }, deployedAtMs, qualifier),
    ...describeCode(updates.codeFacts(model.name)),
  });
  return createRestJsonFace({
    service: "lambda",
    operations: [
      createInvoke(find, calls),
      createInvokeAsync(find, calls),
      ...createUpdateOperations({ find, describe, updates, accountId }),
      {
        method: "GET",
        path: "/2015-03-31/functions",
        async run({ query }, { region }) {
          const { page, next } = pageOf(functions(), query);
          return { body: { Functions: page.map((model) => describe({ model }, region)), ...next } };
        },
      },
      {
        method: "GET",
        path: "/2015-03-31/functions/{FunctionName}",
        async run(request, context) {
          const found = find(request, context);
          const { concurrency } = found.model;
          return {
            body: {
              Configuration: describe(found, context.region),
              Code: { RepositoryType: "S3" },
              Tags: {},
              ...(concurrency !== undefined && {
                Concurrency: { ReservedConcurrentExecutions: concurrency },
              }),
            },
          };
        },
      },
      {
        method: "GET",
        path: "/2015-03-31/functions/{FunctionName}/configuration",
        run: async (request, context) => ({ body: describe(find(request, context), context.region) }),
      },
    ],
  });
}

const maximumPage = 50;

/** The marker is the last name of the page before. */
function pageOf(
  functions: readonly FunctionModel[],
  query: URLSearchParams,
): { readonly page: readonly FunctionModel[]; readonly next: { readonly NextMarker?: string } } {
  const asked = Number(query.get("MaxItems") ?? maximumPage);
  if (!Number.isInteger(asked) || asked < 1)
    throw lambdaError("InvalidParameterValueException", "MaxItems must be a number from 1 on.");
  const after = query.get("Marker");
  const sorted = functions.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const left = after === null ? sorted : sorted.filter(({ name }) => name > after);
  const page = left.slice(0, Math.min(asked, maximumPage));
  const last = page.at(-1);
  return { page, next: last !== undefined && left.length > page.length ? { NextMarker: last.name } : {} };
}
