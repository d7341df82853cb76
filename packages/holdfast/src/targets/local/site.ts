import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { createConfigModule } from "../../gateway/config-module.ts";
import { respondNotFound, type HttpHandler } from "../../gateway/http-answer.ts";
import { createHttpAccessLog } from "../../gateway/http-access-log.ts";
import { createHttpHandler, defaultHttpBounds, type HttpBounds } from "../../gateway/http-routes.ts";
import { createStaticFiles, type StaticFiles } from "../../gateway/static/static-files.ts";
import type { AppModel } from "../../model/app-model.ts";
import type { Invoker } from "../../ports/invoker.ts";
import type { Tracer } from "../../ports/tracer.ts";
import { createMetricsPage } from "../../telemetry/metrics/metrics-page.ts";
import { routed, type LocalMetrics } from "./metrics.ts";

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
  readonly tracer?: Tracer;
  readonly meters?: LocalMetrics;
  /** Where there is one, each request has a line in the access log, too. */
  readonly accessLogFormat?: string;
  /** The longest body of a request; absent: API Gateway's quota. */
  readonly bodyBytes?: number;
  readonly clock: Clock;
  readonly log: Log;
}

export function createSite(options: SiteOptions): Site {
  const { model, appDir, log, meters, accessLogFormat } = options;
  const nothing = routed(meters, "other", respondNotFound);
  const files = createStaticFiles({ sites: model.staticSites, appDir, log, next: nothing });
  const routes = createHttpHandler({
    ...options,
    routes: model.httpRoutes,
    bounds: boundsFor(options.bodyBytes),
    ...(meters && { matched: (response, route) => meters.metrics.http.routed(response, route) }),
    next: routed(meters, "static", files.handle),
  });
  const page = createConfigModule({ ...options, next: routes });
  const handle = accessLogFormat === undefined ? page : createHttpAccessLog({ ...options, next: page });
  const isShown = meters !== undefined && meters.url === undefined;
  return { handle: isShown ? createMetricsPage(meters.metrics, handle) : handle, files };
}

/** Without a bound of its own a body may be as long as all of them together. */
function boundsFor(bodyBytes: number = defaultHttpBounds.bodyBytes): Partial<HttpBounds> {
  const { bodyBytesInFlight } = defaultHttpBounds;
  if (bodyBytes === Number.POSITIVE_INFINITY) return { bodyBytes: bodyBytesInFlight };
  return { bodyBytes, bodyBytesInFlight: Math.max(bodyBytes, bodyBytesInFlight) };
}
