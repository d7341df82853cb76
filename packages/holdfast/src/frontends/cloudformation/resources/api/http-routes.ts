import { HoldfastError } from "../../../../base/errors.ts";
import type { HttpRoute } from "../../../../model/app-model.ts";
import { parsePathPattern, pathShape } from "../../../../model/path-pattern.ts";
import { warnOfDifference } from "./api-parts.ts";
import type { ModelDraft, ResourceSet } from "../draft.ts";
import type { PlacedHttpRoute } from "./http-operation.ts";

/**
 * Routes that can be reached on the one port that all APIs share here. On AWS each API has a host name of its own; here
 * the first with a path has it, and a WebSocket API has the path of its stage. The others are warnings, and so are those
 * whose functions are not among the draft's.
 */
export function reachableRoutes(
  routes: readonly PlacedHttpRoute[],
  { webSocketApis, functions }: ModelDraft,
  set: ResourceSet,
): readonly HttpRoute[] {
  const stages = new Set(webSocketApis.map(({ stage }) => `/${stage ?? set.place.stage}`));
  const taken = new Map<string, HttpRoute>();
  const inOrder = [...routes.filter((one) => !one.isFallback), ...routes.filter((one) => one.isFallback)];
  return inOrder.flatMap(({ route, place, isFallback }) => {
    const { method, path } = route;
    const warn = (why: string): readonly [] => {
      warnOfDifference(set, place, `Nothing answers ${method} ${path}: ${why}`);
      return [];
    };
    if (!functions.some(({ name }) => name === route.function))
      return warn(`the function "${route.function}" is not run`);
    if (stages.has(path) && (method === "GET" || method === "ANY"))
      return warn("the WebSocket API's stage has the same path");
    const key = `${method} ${shapeOf(path)}`;
    const other = taken.get(key);
    if (other === undefined) {
      taken.set(key, route);
      return [route];
    }
    if (other.aws?.apiId !== route.aws?.apiId)
      return warn("another API has the same path, and all share one port here");
    return isFallback ? [] : warn("its API has that route already");
  });
}

/** The model's validation says what is wrong with a path. */
function shapeOf(path: string): string {
  try {
    return pathShape(parsePathPattern(path));
  } catch (error) {
    if (error instanceof HoldfastError) return path;
    throw error;
  }
}
