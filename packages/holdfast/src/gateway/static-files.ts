import { resolve } from "node:path";
import type { IncomingMessage, ServerResponse } from "node:http";
import sirv, { type RequestHandler } from "sirv";
import type { StaticSite } from "../model/app-model.ts";
import type { HttpHandler } from "./http-answer.ts";
import { splitTarget } from "./mounts.ts";

export interface StaticHandlerOptions {
  readonly sites: readonly StaticSite[];
  /** The app's folder, which the sites' folders lie in. */
  readonly appDir: string;
  /** Gets the requests for which there is no file. */
  readonly next: HttpHandler;
}

/** Serves the folders of static sites as they are on disk at that moment, with no caching: a save shows on reload. */
export function createStaticHandler({ sites, appDir, next }: StaticHandlerOptions): HttpHandler {
  const served = sites
    .toSorted((a, b) => b.path.length - a.path.length)
    .map((site) => ({
      prefix: site.path === "/" ? "" : site.path,
      serve: sirv(resolve(appDir, site.folder), { dev: true, etag: false, dotfiles: false }),
    }));
  return (request, response) => {
    const path = splitTarget(request.url)?.path;
    const readable = request.method === "GET" || request.method === "HEAD";
    if (path === undefined || !readable || hidesFile(path)) {
      next(request, response);
      return;
    }
    const fitting = served.filter(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
    serveFrom(fitting, request, response, next);
  };
}

interface ServedFolder {
  readonly prefix: string;
  readonly serve: RequestHandler;
}

/** Tries one folder after another. */
function serveFrom(
  [first, ...others]: readonly ServedFolder[],
  request: IncomingMessage,
  response: ServerResponse,
  next: HttpHandler,
): void {
  if (first === undefined) {
    next(request, response);
    return;
  }
  const url = request.url ?? "/";
  request.url = `/${url.slice(first.prefix.length).replace(/^\/+/, "")}`;
  dropUnusableRange(request);
  // The library leaves a file's errors to nobody: one that cannot be read would end the process.
  response.once("pipe", (file) => file.once("error", () => response.destroy()));
  first.serve(request, response, () => {
    request.url = url;
    serveFrom(others, request, response, next);
  });
  request.url = url;
}

/** The library reads dot files in its dev mode whatever its options say. What the well-known folder holds is public. */
function hidesFile(path: string): boolean {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return true;
  }
  return decoded.includes("\0") || /[/\\]\.(?!well-known(?:[/\\]|$))/.test(decoded);
}

/** A range may be ignored at will. The library reads suffixes and lists wrongly, and fails on one that runs backwards. */
function dropUnusableRange(request: IncomingMessage): void {
  const range = /^bytes=(?<start>\d{1,15})-(?<end>\d{0,15})$/.exec(request.headers.range ?? "")?.groups;
  if (range === undefined || (range.end !== "" && Number(range.end) < Number(range.start)))
    delete request.headers.range;
}
