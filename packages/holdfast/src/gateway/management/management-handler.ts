import type { IncomingMessage, ServerResponse } from "node:http";
import { hostNameOf, readExecuteApiHost } from "../../model/aws-hosts.ts";
import { splitTarget } from "../request-target.ts";
import type { ManagementApi, ManagementTarget } from "./management-api.ts";

/**
 * Brings requests for `/{stage}/@connections`, on any host name, to their management API, and tells whether a request
 * was one. `find` says who answers for an API: the one that the host name says, as
 * `{apiId}.execute-api.{region}.amazonaws.com`, else the one that the port is for; undefined where there is none.
 */
export function createManagementHandler(
  find: (apiId: string | undefined) => ManagementApi | undefined,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const target = splitManagementPath(splitTarget(request.url)?.path ?? "");
    if (target === undefined) return false;
    const host = hostNameOf(request.headers.host ?? "");
    const management = find(readExecuteApiHost(host)?.apiId);
    management?.handle(request, response, target);
    return management !== undefined;
  };
}

/** Undefined for a path that is not of `@connections`. One without a stage is, so that the answer can say so. */
export function splitManagementPath(path: string): ManagementTarget | undefined {
  if (!path.startsWith("/")) return undefined;
  const end = segmentEnd(path, 1);
  const first = path.slice(1, end);
  if (isConnections(first)) return { stage: "", rest: path.slice(end + 1) };
  const secondEnd = segmentEnd(path, end + 1);
  if (!isConnections(path.slice(end + 1, secondEnd))) return undefined;
  return { stage: first, rest: path.slice(secondEnd + 1) };
}

function segmentEnd(path: string, from: number): number {
  const slash = path.indexOf("/", from);
  return slash === -1 ? path.length : slash;
}

function isConnections(segment: string): boolean {
  return segment === "@connections" || segment === "%40connections";
}
