import { HoldfastError, toError } from "../../base/errors.ts";
import type { ServiceIntegration } from "../../model/app-model.ts";
import type { ServicePayload } from "../../ports/service-actions.ts";
import type { NewSpan } from "../../ports/tracer.ts";
import { headerValues } from "../header-pairs.ts";
import { statusOutcome } from "../traces/span-outcome.ts";
import { failed } from "./failed.ts";
import type { IntegrationExecutor, IntegrationSurroundings } from "./integration.ts";
import { toIntegrationRequest } from "./integration-request.ts";
import { compileResponses } from "./integration-responses.ts";
import { compileParameters, type MappedParameters } from "./parameter-mapping.ts";
import { compileRequestPayload } from "./request-payload.ts";
import { unsupportedMediaType } from "./unsupported-media-type.ts";

/** A service's action, with what template and parameters make of the message. */
export function compileService(
  { service, action, mapping }: ServiceIntegration,
  { serviceActions, tracer }: IntegrationSurroundings,
): IntegrationExecutor {
  const toPayload = compileRequestPayload(mapping);
  const toParameters = compileParameters(mapping?.requestParameters ?? {});
  const toResponse = compileResponses(mapping);
  return async (event, signal) => {
    if (serviceActions === undefined) return failed(`There is no ${service} here`);
    const request = toIntegrationRequest(event);
    const payload = toPayload(request);
    if (payload.kind === "unsupported") return unsupportedMediaType(event);
    const asked = readPayload(payload.data.toString(), toParameters(request));
    if (asked === undefined)
      return failed(`What the request template gave is no request to ${service}:${action}`);
    const span = event.trace && tracer?.start(actionSpan(service, action), event.trace);
    const answering = answerOf(() => serviceActions.run(service, action, asked, signal));
    if (span !== undefined)
      void answering.then(
        ({ status }) => span.end(statusOutcome(status, "client")),
        (error: unknown) => span.end({ error: toError(error).message }),
      );
    const answer = await answering;
    if (answer.status !== 200 && (mapping?.responses.length ?? 0) === 0)
      return failed(`${service}:${action} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return toResponse(request, {
      status: answer.status,
      headers: [],
      body: Buffer.from(JSON.stringify(answer.body ?? {})),
      selector: String(answer.status),
    });
  };
}

function actionSpan(service: string, action: string): NewSpan {
  return {
    name: `${service} ${action}`,
    kind: "client",
    attributes: { "rpc.system.name": "aws-api", "rpc.method": action },
  };
}

/** JSON or a form, whichever protocol the service has, and the query's parameters with it. */
function readPayload(text: string, { query, headers }: MappedParameters): ServicePayload | undefined {
  const isForm =
    headerValues(headers, "content-type").some((value) => value.includes("form-urlencoded")) ||
    /^\w+=/.test(text);
  const named = Object.fromEntries(query);
  if (isForm) return { ...Object.fromEntries(new URLSearchParams(text)), ...named };
  if (text.trim() === "") return named;
  try {
    const json = JSON.parse(text) as unknown;
    if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
    return { ...json, ...named };
  } catch {
    return undefined;
  }
}

interface ServiceAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What a service refuses is its answer, with status 400, as over AWS's JSON protocols. */
async function answerOf(run: () => Promise<unknown>): Promise<ServiceAnswer> {
  try {
    return { status: 200, body: await run() };
  } catch (error) {
    if (error instanceof HoldfastError && error.code === "INTEGRATION_FAILED") throw error;
    return { status: 400, body: { __type: typeOf(error), message: toError(error).message } };
  }
}

/** The service's own name for it, where it is the service that refused. */
function typeOf(error: unknown): string {
  const cause = error instanceof HoldfastError ? error.cause : undefined;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  if (error instanceof HoldfastError && error.code === "CONDITION_FAILED")
    return "ConditionalCheckFailedException";
  return "ValidationException";
}
