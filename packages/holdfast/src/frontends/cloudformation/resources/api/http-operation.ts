import type { HttpRoute } from "../../../../model/app-model.ts";
import type { TemplatePath } from "../../template/template.ts";
import { findFunction } from "./api-function.ts";
import { warnOfDifference } from "./api-parts.ts";
import type { ResolvedResource, ResourceSet } from "../draft.ts";
import { asNamed, idOfApi } from "../physical-names.ts";

/** What an HTTP or REST API does with one method of one path. */
export interface HttpOperation {
  /** In capitals, or `ANY`. */
  readonly method: string;
  /** `$default`: every path that no other route takes. */
  readonly path: string;
  readonly backend: HttpBackend;
  /** Whom AWS asks before: `the authorizer Tokens`. */
  readonly guard?: string;
  /** Where the template says it. */
  readonly place: TemplatePath;
}

export type HttpBackend =
  | {
      readonly kind: "function";
      readonly uri: string;
      readonly payload: "1.0" | "2.0";
      /** The role that invokes the function, if it is one. */
      readonly role?: string;
    }
  /** Not run; `what` says what it would be. */
  | { readonly kind: "other"; readonly what: string };

/** A stage by which an API is reached. */
export interface HttpStage {
  /** `$default` is reached without a stage in the path. */
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** A route, and what to call it and where it is should it be in another's way. */
export interface PlacedHttpRoute {
  readonly route: HttpRoute;
  readonly place: TemplatePath;
  /** Takes what no other route of its API does, so it gives way without a word. */
  readonly isFallback: boolean;
}

/** An API's routes, once for each of its stages. What is not run is a warning. */
export function toHttpRoutes(
  api: ResolvedResource,
  operations: readonly HttpOperation[],
  stages: readonly HttpStage[],
  set: ResourceSet,
): readonly PlacedHttpRoute[] {
  reportGuards(api, operations, set);
  reportOthers(api, operations, set);
  const apiId = idOfApi(asNamed(api), set.appName);
  return operations.flatMap(({ method, path, backend, place }): readonly PlacedHttpRoute[] => {
    if (backend.kind === "other") return [];
    const found = stages.map((stage) => ({ stage, ...findFunction(backend.uri, stage.variables, set) }));
    // The same for several stages is said once.
    for (const problem of new Set(found.flatMap((one) => ("problem" in one ? [one.problem] : []))))
      warnOfDifference(set, place, `${api.logicalId} does not answer ${method} ${path}: ${problem}`);
    return found.flatMap((one) => {
      if ("problem" in one) return [];
      const { name, variables } = one.stage;
      const aws = {
        payload: backend.payload,
        apiId,
        stage: name,
        ...(Object.keys(variables).length > 0 && { stageVariables: variables }),
        ...(path === "$default" && { routeKey: path }),
        ...(backend.role !== undefined && { role: backend.role }),
      };
      return pathsOf(path, one.stage).map((mounted) => ({
        route: { method, path: mounted, function: one.function, aws },
        place,
        isFallback: path === "$default",
      }));
    });
  });
}

/** `{rest+}` takes no empty rest, so that what takes every path is two. */
function pathsOf(path: string, { name }: HttpStage): readonly string[] {
  const prefix = name === "$default" ? "" : `/${name}`;
  const below = path === "$default" ? ["/", "/{proxy+}"] : [path];
  return below.map((one) => {
    const whole = prefix + one;
    return whole.length > 1 && whole.endsWith("/") ? whole.slice(0, -1) : whole;
  });
}

/** One warning for each that guards, however many routes it does. */
function reportGuards(api: ResolvedResource, operations: readonly HttpOperation[], set: ResourceSet): void {
  const guarded = operations.filter(
    ({ guard, backend }) => guard !== undefined && backend.kind === "function",
  );
  for (const [guard, all] of Map.groupBy(guarded, (one) => one.guard)) {
    warnOfDifference(
      set,
      api.path,
      `${api.logicalId} does not ask ${guard}: anyone may call ${listed(all)} here, and no event has what it would add`,
    );
  }
}

/** One warning for each kind, at the first of them: CORS of REST APIs is an operation of each path. */
function reportOthers(api: ResolvedResource, operations: readonly HttpOperation[], set: ResourceSet): void {
  const kinds = Map.groupBy(operations, ({ backend }) =>
    backend.kind === "other" ? backend.what : undefined,
  );
  for (const [what, all] of kinds) {
    const [first] = all;
    if (what === undefined || first === undefined) continue;
    const message = `${api.logicalId} does not answer ${listed(all)}: Holdfast does not run ${what}`;
    warnOfDifference(set, first.place, message);
  }
}

function listed(operations: readonly HttpOperation[]): string {
  return operations.map(({ method, path }) => `${method} ${path}`).join(", ");
}
