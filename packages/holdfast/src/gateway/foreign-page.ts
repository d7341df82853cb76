import { hostNameOf } from "../model/aws-hosts.ts";
import type { HeaderPair } from "../model/gateway-event.ts";
import { lastHeader } from "./header-pairs.ts";

/**
 * The origin of the page that sent a request, where that is not the one that was asked; undefined for the host's own
 * pages and for whoever is no page. Browsers say the origin with everything but plain GETs, and with those, to where
 * nobody listens in between, whether they come from another site.
 */
export function foreignOrigin(headers: readonly HeaderPair[]): string | undefined {
  const origin = lastHeader(headers, "origin");
  if (origin === undefined)
    return lastHeader(headers, "sec-fetch-site") === "cross-site" ? "another site" : undefined;
  const host = URL.canParse(origin) ? new URL(origin).host : undefined;
  if (host !== undefined && host === lastHeader(headers, "host")?.toLowerCase()) return undefined;
  return origin;
}

/** Whether an origin is a server on the browser's own machine, such as that of a page in development. */
export function isLocalOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const name = hostNameOf(new URL(origin).host);
  return name === "localhost" || name.endsWith(".localhost") || /^127\.[\d.]+$|^::1$/.test(name);
}
