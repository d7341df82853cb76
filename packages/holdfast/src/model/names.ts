import { createHash } from "node:crypto";

/** The longest name of a Lambda function. */
const maximumFunctionNameLength = 64;
/** Forty bits: among a thousand derived names two would meet once in two million apps. */
const hashLength = 10;

/** What a resource is called outside the app, in the environment and on AWS. */
export function resourceName(app: string, stage: string, resource: string): string {
  return `${app}-${stage}-${resource}`;
}

/**
 * The name of the function behind a WebSocket route: `chat-connect` for `$connect` of `chat`, `chat-join` for
 * `join`, `my-chat--join` for that of `my-chat`. What could be mistaken for another route gets a hash behind it:
 * `chat-a-b-0f3c…` for `a/b`.
 */
export function routeFunctionName(apiName: string, routeKey: string): string {
  // "http" belongs to HTTP routes, and $connect has taken connect. No two hyphens in a row save those between the
  // two: so the first hyphen, or the double one, always tells where the API's name ends.
  const isPlainApi = singleHyphens.test(apiName) && !apiName.startsWith("_") && apiName !== "http";
  const predefined = predefinedKeys.get(routeKey);
  const isPlainKey =
    predefined !== undefined || (singleHyphens.test(routeKey) && !predefinedNames.has(routeKey));
  const readable = `${apiName}${apiName.includes("-") ? "--" : "-"}${predefined ?? routeKey}`;
  return functionName(readable, isPlainApi && isPlainKey, ["route", apiName, routeKey]);
}

const singleHyphens = /^[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*$/;
const predefinedKeys: ReadonlyMap<string, string> = new Map([
  ["$connect", "connect"],
  ["$disconnect", "disconnect"],
  ["$default", "default"],
  // Holdfast's own: what runs once a connection is open.
  ["$open", "opened"],
]);
const predefinedNames: ReadonlySet<string> = new Set(predefinedKeys.values());

/**
 * The name of the function behind an HTTP route: `http-get-games-id` for `GET /games/{id}`, `http-get-api_games` for
 * `GET /api/games` (so that it cannot meet `/api/{games}`). Paths with odd characters get a hash behind it.
 */
export function httpFunctionName(method: string, path: string): string {
  const isPlain = /^[A-Z]+$/.test(method) && plainPath.test(path);
  const readablePath = path.slice(1).replaceAll("/{", "-").replaceAll("/", "_").replaceAll("}", "");
  const readable = ["http", method.toLowerCase(), readablePath].filter((part) => part !== "").join("-");
  return functionName(readable, isPlain, ["http", method, path]);
}

/**
 * The name of the function that a resource's event runs: `bucket-uploads-put`, `topic-news-subscriber`, and, for the
 * second of its kind, `topic-news-subscriber-2`.
 */
export function eventFunctionName(kind: string, name: string, event: string, index: number): string {
  const readable = [kind, name, event, ...(index === 0 ? [] : [String(index + 1)])].join("-");
  return functionName(readable, singleHyphens.test(readable), [kind, name, event, String(index)]);
}

/** Letters and digits only, and text first, so that the hyphens and underscores of the name can be read back. */
const plainPath = /^\/(?:[A-Za-z0-9]+(?:\/(?:[A-Za-z0-9]+|\{[A-Za-z0-9]+\}))*)?$/;

/**
 * `readable` where it stands for one identity only (`isPlain`), else with a hash of the identity. Plain names never
 * end like hashed ones, so the two kinds do not meet either.
 */
function functionName(readable: string, isPlain: boolean, identity: readonly string[]): string {
  if (isPlain && readable.length <= maximumFunctionNameLength && !/-[0-9a-f]{10}$/.test(readable))
    return readable;
  const hash = createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, hashLength);
  const kept = readable
    .replaceAll(/[^A-Za-z0-9_]+/g, "-")
    .replace(/^[-_]+/, "")
    .slice(0, maximumFunctionNameLength - hashLength - 1)
    .replace(/-+$/, "");
  return kept === "" ? hash : `${kept}-${hash}`;
}

const apiIdLength = 10;

/** The same ten lower-case letters and digits for the same API each time, in the form of API Gateway's ids. */
export function apiId(app: string, apiName: string): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([app, apiName]))
    .digest("hex");
  return BigInt(`0x${digest}`).toString(36).padStart(apiIdLength, "0").slice(-apiIdLength);
}
