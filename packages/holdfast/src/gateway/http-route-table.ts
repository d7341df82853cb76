import type { HttpRoute, HttpRouteOnAws } from "../model/app-model.ts";
import { comparePatterns, matchPath, parsePathPattern, type PathPattern } from "../model/path-pattern.ts";

/** Finds a route by method and path: the most specific path first, then the method itself before `ANY`. */
export class HttpRouteTable {
  readonly #routes: readonly { readonly route: HttpRoute; readonly pattern: PathPattern }[];

  /** Throws `PATH_INVALID`. */
  constructor(routes: readonly HttpRoute[]) {
    this.#routes = routes
      .map((route) => ({ route, pattern: parsePathPattern(route.path) }))
      .toSorted(
        (a, b) =>
          comparePatterns(a.pattern, b.pattern) || methodOrder(a.route.method) - methodOrder(b.route.method),
      );
  }

  find(method: string, path: string): HttpMatch | undefined {
    for (const { route, pattern } of this.#routes) {
      if (!accepts(route, method)) continue;
      const pathParameters = matchPath(pattern, path);
      if (pathParameters === undefined) continue;
      const { method: routeMethod, path: routePath, function: name, aws } = route;
      return { routeKey: `${routeMethod} ${routePath}`, function: name, pathParameters, ...(aws && { aws }) };
    }
    return undefined;
  }
}

export interface HttpMatch {
  /** Such as `GET /games/{id}`. */
  readonly routeKey: string;
  readonly function: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly aws?: HttpRouteOnAws;
}

/** HEAD is a GET whose body is not sent. */
function accepts(route: HttpRoute, method: string): boolean {
  return route.method === method || route.method === "ANY" || (method === "HEAD" && route.method === "GET");
}

/** Any other method goes before GET, so that a route for HEAD wins where both are there. */
function methodOrder(method: string): number {
  if (method === "ANY") return 2;
  return method === "GET" ? 1 : 0;
}
