import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryLog, type LogEntry } from "../../../src/base/log.ts";
import { createStaticFiles, type StaticFiles } from "../../../src/gateway/static/static-files.ts";
import type { StaticSite } from "../../../src/model/app-model.ts";
import { serveHttp, type HttpServer } from "./http-server.ts";

export interface StaticServer extends HttpServer {
  readonly appDir: string;
  readonly files: StaticFiles;
  readonly logs: readonly LogEntry[];
  write(path: string, content: string | Uint8Array): Promise<void>;
}

/** Sites on a bare server; what they have nothing for is answered `next <path>` with status 404. */
export async function serveSites(
  sites: readonly (Pick<StaticSite, "path" | "folder"> & Partial<StaticSite>)[],
  content: Readonly<Record<string, string | Uint8Array>>,
): Promise<StaticServer> {
  const appDir = await mkdtemp(join(tmpdir(), "holdfast-static-"));
  const write = async (path: string, bytes: string | Uint8Array): Promise<void> => {
    await mkdir(join(appDir, path, ".."), { recursive: true });
    await writeFile(join(appDir, path), bytes);
  };
  for (const [path, bytes] of Object.entries(content)) await write(path, bytes);
  const log = memoryLog();
  const files = createStaticFiles({
    sites: sites.map((site) => ({ fingerprint: false, ...site })),
    appDir,
    log,
    next: (request, response) => response.writeHead(404).end(`next ${request.url}`),
  });
  const server = await serveHttp(files.handle);
  return {
    ...server,
    appDir,
    files,
    logs: log.entries,
    write,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(appDir, { recursive: true, force: true });
    },
  };
}
