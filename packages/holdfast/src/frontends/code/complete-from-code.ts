import path from "node:path";
import type { AppModel, FunctionModel, Grant, WebSocketApi } from "../../model/app-model.ts";
import { evidentExtensions } from "../../model/extensions.ts";
import type { Bundle } from "../../ports/bundle.ts";
import type { BundleCode } from "./bundle-code.ts";
import type { Declaration, GeneratedPosition, Places } from "./declaration.ts";
import type { InferredGrant } from "./grants/collection.ts";
import { inferGrants, type Declared, type GrantSource } from "./grants/infer-grants.ts";
import { originOf, readSourceMap } from "./places.ts";

/**
 * The model with what only the code tells: what the functions do of which the app does not say what they may do, and
 * which extensions the connect handlers use.
 */
export async function completeFromCode(
  { model, places, withoutGrants }: Declaration,
  code: BundleCode,
): Promise<AppModel> {
  const { grants, objectKeys } = inferGrants(toGrantSource(model, places, code));
  const inferred = new Map([...grants].filter(([name]) => withoutGrants.has(name)));
  const toGrants = await createGrantWriter([...inferred.values()].flat(), code.bundle);
  const functions = model.functions.map((one): FunctionModel => {
    const found = inferred.get(one.name);
    return found === undefined ? one : { ...one, grants: found.map(toGrants) };
  });
  const complete = { ...model, functions };
  const webSocketApis = model.webSocketApis.map((api): WebSocketApi => {
    const connect = api.routes.find(({ key }) => key === "$connect")?.integration;
    const keys = connect?.kind === "function" ? objectKeys.get(connect.function) : undefined;
    const ofConnect = connectExtensions.filter((name) => keys?.has(name));
    return { ...api, extensions: [...evidentExtensions(api, complete), ...ofConnect] };
  });
  return { ...complete, webSocketApis };
}

/** What a connect handler returns, by its name in the handler's result. */
const connectExtensions = ["attributes", "close", "headers"] as const;

function toGrantSource(model: AppModel, places: Places, { parsed, isHoldfastLine }: BundleCode): GrantSource {
  const declaredAt = (subject: string): Declared => findUserCall(places, subject, isHoldfastLine) ?? nowhere;
  const replies = findReplies(model);
  const toFunction = (name: string): [string, Declared] => {
    const api = replies.get(name);
    return [name, { ...declaredAt(`handler:${name}`), ...(api !== undefined && { replies: api }) }];
  };
  return {
    parsed,
    resources: new Map(resourcesOf(model, places).map((resource) => [resource, declaredAt(resource)])),
    functions: new Map(model.functions.map(({ name }) => toFunction(name))),
  };
}

/** Where no call of the app's own code is: what is declared there is taken for used in every way. */
const nowhere: Declared = { line: 0, column: 0, direct: false };

/** The innermost frame of a declaration that is the app's own. */
function findUserCall(
  places: Places,
  subject: string,
  isHoldfastLine: (line: number) => boolean,
): Declared | undefined {
  const stack: readonly GeneratedPosition[] = places.get(subject)?.at(0) ?? [];
  const index = stack.findIndex(({ line, foreign }) => !foreign && !isHoldfastLine(line));
  const position = stack[index];
  if (position === undefined) return undefined;
  const direct = !stack.slice(0, index).some(({ foreign }) => foreign);
  return { line: position.line, column: position.column, direct };
}

function resourcesOf(model: AppModel, places: Places): string[] {
  const named = (kind: string, all: readonly { readonly name: string }[]): string[] =>
    all.map(({ name }) => `${kind}:${name}`);
  return [
    ...named("websocket", model.webSocketApis),
    ...named("table", model.tables),
    ...named("bucket", model.buckets),
    ...named("topic", model.topics),
    ...named("state", model.states),
    ...named("secret", model.secrets),
    ...named("resource", model.resources),
    ...model.staticSites.map((site) => `static:${site.path}`),
    // Of all functions, those that were declared to be called by others.
    ...named("function", model.functions).filter((resource) => places.has(resource)),
  ];
}

/** Functions whose handler can answer by itself, to the API that it answers by. */
function findReplies(model: AppModel): ReadonlyMap<string, string> {
  return new Map(
    model.webSocketApis.flatMap((api) => {
      const answering = api.routes
        .filter(({ key }) => key !== "$connect" && key !== "$disconnect")
        .flatMap(({ integration }) => (integration.kind === "function" ? [integration.function] : []));
      const all = api.onOpen === undefined ? answering : [...answering, api.onOpen];
      return all.map((name): [string, string] => [name, `websocket:${api.name}`]);
    }),
  );
}

async function createGrantWriter(
  all: readonly InferredGrant[],
  bundle: Bundle,
): Promise<(grant: InferredGrant) => Grant> {
  const isExplained = all.some(({ because }) => because !== undefined);
  const map = isExplained ? await readSourceMap(bundle.file) : undefined;
  return ({ resource, operations, because }) => {
    if (because === undefined) return { resource, operations };
    const origin = map && originOf(map, because, bundle.file);
    const place = origin && `${path.relative(bundle.appDir, origin.file)}:${origin.line}:${origin.column}: `;
    return { resource, operations, because: `${place ?? ""}${because.reason}` };
  };
}
