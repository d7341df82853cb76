import type { IncomingMessage, ServerResponse } from "node:http";
import { HoldfastError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { StaticSite } from "../../model/app-model.ts";
import { respondJson, type HttpHandler } from "../http-answer.ts";
import { splitTarget } from "../request-target.ts";
import { Compressor } from "./compression.ts";
import { findFile } from "./find-file.ts";
import { FileHashes } from "./fingerprint.ts";
import { sendFile, type FileAnswer } from "./send-file.ts";
import { ServedSite, type SiteAnswer } from "./served-site.ts";

export interface StaticFilesOptions {
  readonly sites: readonly StaticSite[];
  /** The app's folder, which the sites' folders lie in. */
  readonly appDir: string;
  readonly log: Log;
  /** Gets the requests for which there is no file. */
  readonly next: HttpHandler;
}

export interface StaticFiles {
  readonly handle: HttpHandler;
  /**
   * The path under which a file is served by the site mounted at `sitePath`, fingerprinted where the site is.
   * Rejects with `RESOURCE_UNKNOWN` for another site, with `RESOURCE_ARGUMENT_INVALID` for a file that is not served.
   */
  url(sitePath: string, file: string): Promise<string>;
}

/** Serves the folders of static sites as they are on disk at that moment: a save shows on reload. */
export function createStaticFiles(options: StaticFilesOptions): StaticFiles {
  const hashes = new FileHashes();
  const sites = options.sites
    .toSorted((a, b) => b.path.length - a.path.length)
    .map((site) => new ServedSite(site, options.appDir, hashes));
  for (const site of sites) void warnOfMissing(site, options.log);
  const server = new FileServer(sites, options);
  return {
    handle: (request, response) => server.handle(request, response),
    async url(sitePath, file) {
      const found = sites.find(({ site }) => site.path === sitePath);
      if (found === undefined)
        throw new HoldfastError("RESOURCE_UNKNOWN", `The app serves no files at ${sitePath}`);
      return found.url(file);
    },
  };
}

async function warnOfMissing(served: ServedSite, log: Log): Promise<void> {
  const { site, folder } = served;
  const found = await findFile(folder, []).catch(() => undefined);
  if (found?.kind !== "folder") {
    const message = `The folder "${folder}" of the static site ${site.path} is missing; its files are served once it is there`;
    log("warn", "static.folder-missing", { message, site: site.path, folder });
    return;
  }
  if (site.notFound === undefined) return;
  const page = await served.findNotFoundPage().catch(() => undefined);
  if (page !== undefined) return;
  const message = `The static site ${site.path} has no file "${site.notFound}" to show in place of what is not found`;
  log("warn", "static.not-found-page-missing", { message, site: site.path, file: site.notFound });
}

class FileServer {
  readonly #sites: readonly ServedSite[];
  readonly #log: Log;
  readonly #next: HttpHandler;
  readonly #compressor = new Compressor();

  constructor(sites: readonly ServedSite[], { log, next }: StaticFilesOptions) {
    this.#sites = sites;
    this.#log = log;
    this.#next = next;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const path = splitTarget(request.url)?.path;
    const isRead = request.method === "GET" || request.method === "HEAD";
    const sites = isRead && path !== undefined ? this.#sites.filter((site) => site.covers(path)) : [];
    if (path === undefined || sites.length === 0) {
      this.#next(request, response);
      return;
    }
    this.#serve(request, response, path, sites).catch((error: unknown) => this.#fail(response, error));
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    sites: readonly ServedSite[],
  ): Promise<void> {
    for (const site of sites) {
      const answer = await site.find(path);
      if (answer !== undefined) {
        await this.#answer(request, response, site, answer);
        return;
      }
    }
    await this.#answerNotFound(request, response, sites);
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    site: ServedSite,
    answer: SiteAnswer,
  ): Promise<void> {
    switch (answer.kind) {
      case "redirect": {
        const [path = "", ...search] = (request.url ?? "/").split(/(?=\?)/);
        const location = `${path}/${search.join("")}`;
        response.writeHead(301, { location, "cache-control": "no-cache", "content-length": 0 }).end();
        return;
      }
      case "manifest": {
        const body = `${JSON.stringify(await site.manifest(), undefined, 2)}\n`;
        response.writeHead(200, {
          "content-type": "application/json; charset=utf-8",
          "cache-control": "no-cache",
          "content-length": Buffer.byteLength(body),
        });
        response.end(request.method === "HEAD" ? "" : body);
        return;
      }
      case "file":
        // What vanished since it was found is not looked for again.
        await this.#send(request, response, answer, () => this.#next(request, response));
    }
  }

  /** The page of the site most specific, for people; programs get what they get without it. */
  async #answerNotFound(
    request: IncomingMessage,
    response: ServerResponse,
    sites: readonly ServedSite[],
  ): Promise<void> {
    if (acceptsHtml(request)) {
      for (const site of sites) {
        const page = await site.findNotFoundPage();
        if (page === undefined) continue;
        await this.#send(request, response, page, () => this.#next(request, response));
        return;
      }
    }
    this.#next(request, response);
  }

  #send(
    request: IncomingMessage,
    response: ServerResponse,
    answer: FileAnswer,
    onMissing: () => void,
  ): Promise<void> {
    return sendFile(request, response, answer, {
      compressor: this.#compressor,
      onMissing,
      onFault: (error) => this.#fail(response, error),
    });
  }

  #fail(response: ServerResponse, error: unknown): void {
    this.#log("error", "static.fault", { message: "A file could not be served", error });
    if (response.headersSent) response.destroy();
    else respondJson(response, 500, "Internal server error");
  }
}

/** Named, as browsers do for pages: everything accepts HTML by a wildcard. */
function acceptsHtml({ headers }: IncomingMessage): boolean {
  return (headers.accept ?? "")
    .toLowerCase()
    .split(",")
    .map((text) => text.replaceAll(/\s/g, ""))
    .some(
      (text) =>
        /^(?:text\/html|application\/xhtml\+xml)(?:;|$)/.test(text) && !/;q=0(?:\.0*)?(?:;|$)/.test(text),
    );
}
