import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { createConfigModule } from "../../gateway/config-module.ts";
import { respondNotFound, type HttpHandler } from "../../gateway/http-answer.ts";
import { createHttpHandler } from "../../gateway/http-routes.ts";
import type { GatewayMetrics } from "../../gateway/metrics.ts";
import { createMetricsPage } from "../../gateway/metrics-page.ts";
import { createStaticFiles, type StaticFiles } from "../../gateway/static/static-files.ts";
import type { AppModel } from "../../model/app-model.ts";
import type { Invoker } from "../../ports/invoker.ts";

/** What answers HTTP requests: metrics where they are asked for, the page's configuration, then routes, then files. */
export interface Site {
  readonly handle: HttpHandler;
  readonly files: StaticFiles;
}

export interface SiteOptions {
  readonly model: AppModel;
  readonly appDir: string;
  readonly domainName: string;
  readonly websockets: Parameters<typeof createConfigModule>[0]["websockets"];
  readonly invoker: Invoker;
  readonly metrics: GatewayMetrics | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

export function createSite(options: SiteOptions): Site {
  const { model, appDir, log, metrics } = options;
  const files = createStaticFiles({ sites: model.staticSites, appDir, log, next: respondNotFound });
  const routes = createHttpHandler({ ...options, routes: model.httpRoutes, next: files.handle });
  const handle = createConfigModule({ ...options, next: routes });
  return { handle: metrics === undefined ? handle : createMetricsPage(metrics, handle), files };
}
