import { HoldfastError } from "../base/errors.ts";
import type { HttpRoute, StaticSite, WebSocketApi } from "./app-model.ts";
import { errorAbout, type Finding } from "./finding.ts";
import type { Inventory, Located } from "./inventory.ts";
import { matchPath, parsePathPattern, pathShape, type PathPattern } from "./path-pattern.ts";

/** Where things are mounted on the port, and what stands in another's place. */
export interface PortOptions {
  /** The live stage: APIs without a path are mounted at `/<stage>`, each of them on a port where it is the only one. */
  readonly stage?: string;
}

/** What Holdfast itself answers below: the console, the page's configuration, health. */
const ownPrefix = "/_holdfast";

/** Paths that cannot be read, and things that would answer at the same place. */
export function checkPort(inventory: Inventory, { stage }: PortOptions = {}): readonly Finding[] {
  const mounted = inventory.webSocketApis.flatMap((api) =>
    api.value.path === undefined ? [] : [place(api, api.value.path)],
  );
  const routes = inventory.httpRoutes.map((route) => place(route, route.value.path));
  const sites = inventory.staticSites.map((site) => place(site, site.value.path));
  return [
    ...[...mounted, ...routes, ...sites].flatMap(({ problems }) => problems),
    ...inventory.httpRoutes.flatMap(checkMethod),
    ...sites.flatMap(checkSite),
    ...[...mounted, ...routes, ...sites].flatMap(checkOwnPrefix),
    ...collisions(mounted, () => ""),
    ...(stage === undefined || stage === ""
      ? []
      : checkStage({ mounted, routes, sites }, inventory.webSocketApis, stage)),
    ...collisions(routes, ({ method }) => method),
    ...collisions(sites, () => ""),
  ];
}

interface Placed<T> {
  readonly located: Located<T>;
  /** Absent when the path cannot be read; `problems` says why. */
  readonly pattern?: PathPattern;
  readonly problems: readonly Finding[];
}

function place<T>(located: Located<T>, path: string): Placed<T> {
  try {
    return { located, pattern: parsePathPattern(path), problems: [] };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { located, problems: [errorAbout(located, error.code, `${error.message} (${located.title})`)] };
  }
}

/** Those that match the same paths as one before them, of those with the same `groupOf`. */
function collisions<T>(placed: readonly Placed<T>[], groupOf: (value: T) => string): readonly Finding[] {
  const readable = placed.flatMap(({ located, pattern }) =>
    pattern === undefined ? [] : [{ located, pattern }],
  );
  const places = Map.groupBy(readable, ({ located, pattern }) => groupOf(located.value) + pathShape(pattern));
  return [...places.values()].flatMap(([first, ...others]) =>
    others.map(({ located }) => collision(located, first?.located.title ?? "another")),
  );
}

/**
 * A path of one's own must not take the place of the APIs without a path; nor can a route or a file be met there, since
 * a stage answers every GET.
 */
function checkStage(
  { mounted, routes, sites }: PlacedOnPort,
  apis: readonly Located<WebSocketApi>[],
  stage: string,
): readonly Finding[] {
  const used = apis.flatMap((api) => (api.value.path === undefined ? [api.value.stage ?? stage] : []));
  const hidden = [...routes.filter(({ located }) => answersGet(located.value)), ...sites];
  return [...new Set([stage, ...used])].flatMap((name) => {
    const atStage = `/${name}`;
    const isUsed = used.includes(name);
    return [
      ...mounted.filter(({ pattern }) => pattern !== undefined && takesStage(pattern, atStage, isUsed)),
      ...hidden.filter(({ pattern }) => isUsed && pattern?.text === atStage),
    ].map(({ located }) => collision(located, `the stage ${atStage}`));
  });
}

interface PlacedOnPort {
  readonly mounted: readonly Placed<WebSocketApi>[];
  readonly routes: readonly Placed<HttpRoute>[];
  readonly sites: readonly Placed<StaticSite>[];
}

function answersGet({ method }: HttpRoute): boolean {
  return method === "GET" || method === "ANY";
}

function takesStage(pattern: PathPattern, atStage: string, isUsed: boolean): boolean {
  return pattern.text === atStage || (isUsed && matchPath(pattern, atStage) !== undefined);
}

function checkMethod(route: Located<{ readonly method: string }>): readonly Finding[] {
  if (/^[A-Z]+$/.test(route.value.method)) return [];
  const message = `The method of ${route.title} is no HTTP method in capitals, nor ANY`;
  return [errorAbout(route, "PATH_INVALID", message, "Write GET, POST, …, or ANY.")];
}

function checkSite({ located, pattern }: Placed<unknown>): readonly Finding[] {
  if (pattern === undefined || pattern.segments.every(({ kind }) => kind === "text")) return [];
  return [
    errorAbout(located, "PATH_INVALID", `The path of ${located.title} holds a parameter; files have none`),
  ];
}

function checkOwnPrefix({ located, pattern }: Placed<unknown>): readonly Finding[] {
  const first = pattern?.segments[0];
  if (first?.kind !== "text" || `/${first.text}` !== ownPrefix) return [];
  return [collision(located, `Holdfast's own pages, which are below ${ownPrefix}`)];
}

function collision(located: Located<unknown>, other: string): Finding {
  return errorAbout(located, "PATH_COLLISION", `${located.title} answers at the same place as ${other}`);
}
