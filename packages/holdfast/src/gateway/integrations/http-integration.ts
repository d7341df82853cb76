import { toError } from "../../base/errors.ts";
import type { HttpIntegration } from "../../model/app-model.ts";
import type { InvocationResult } from "../../ports/invoker.ts";
import type { NewSpan } from "../../ports/tracer.ts";
import { statusOutcome } from "../traces/span-outcome.ts";
import { failed } from "./failed.ts";
import type { HttpResponse } from "./http-exchange.ts";
import { backendHeaders } from "./http-headers.ts";
import { fillUri } from "./http-uri.ts";
import type { IntegrationExecutor, IntegrationSurroundings } from "./integration.ts";
import { toIntegrationRequest } from "./integration-request.ts";
import { compileResponses } from "./integration-responses.ts";
import { compileParameters } from "./parameter-mapping.ts";
import { compileRequestPayload } from "./request-payload.ts";
import { unsupportedMediaType } from "./unsupported-media-type.ts";

/**
 * A request to an HTTP backend: of a proxy with the message as its body, and the backend's status and body as the
 * answer; else by templates. The backend learns of the connection only what parameters tell it (documented).
 */
export function compileHttp(
  integration: HttpIntegration,
  { http, traceId, tracer }: IntegrationSurroundings,
): IntegrationExecutor {
  const { proxy, method, uri, mapping } = integration;
  const toParameters = compileParameters(mapping?.requestParameters ?? {});
  const toPayload = compileRequestPayload(mapping);
  const toResponse = compileResponses(mapping);
  return async (event, signal) => {
    const request = toIntegrationRequest(event);
    const payload = proxy ? undefined : toPayload(request);
    if (payload?.kind === "unsupported") return unsupportedMediaType(event);
    const { headers, query, path } = toParameters(request);
    const url = fillUri(uri, { stageVariables: request.stageVariables, path, query });
    if (url === undefined) return failed(`"${uri}" with its variables filled in is no http or https URL`);
    const span = event.trace && tracer?.start(backendSpan(method, url), event.trace);
    const response = await send(() =>
      http.send(
        {
          method,
          url,
          headers: backendHeaders(event, headers, traceId, span?.context),
          body: bodiless.has(method) ? Buffer.alloc(0) : Buffer.from(payload?.data ?? request.content),
        },
        signal,
      ),
    );
    if (response instanceof Error) {
      span?.end({ error: response.message });
      return failed(`${method} ${url.origin}${url.pathname}: ${response.message}`, response);
    }
    span?.end(statusOutcome(response.status, "client"));
    return proxy
      ? toProxyResult(response)
      : toResponse(request, { ...response, selector: String(response.status) });
  };
}

/** The path may hold a client's words, and so is no part of the name. */
function backendSpan(method: string, { protocol, hostname, port, pathname }: URL): NewSpan {
  const own = protocol === "https:" ? 443 : 80;
  return {
    name: method,
    kind: "client",
    attributes: {
      "http.request.method": method,
      "server.address": hostname,
      "server.port": port === "" ? own : Number(port),
      "url.path": pathname,
    },
  };
}

const bodiless: ReadonlySet<string> = new Set(["GET", "HEAD"]);

async function send(work: () => Promise<HttpResponse>): Promise<HttpResponse | Error> {
  try {
    return await work();
  } catch (error) {
    return toError(error);
  }
}

/** Frames and refusals are text: a body that is not comes with replacement characters. */
function toProxyResult({ status, headers, body }: HttpResponse): InvocationResult {
  const multiValueHeaders = Object.fromEntries(
    [...Map.groupBy(headers, ([name]) => name)].map(([name, pairs]) => [
      name,
      pairs.map(([, value]) => value),
    ]),
  );
  const said = body.length === 0 ? {} : { body: body.toString() };
  return { outcome: "returned", payload: { statusCode: status, multiValueHeaders, ...said } };
}
