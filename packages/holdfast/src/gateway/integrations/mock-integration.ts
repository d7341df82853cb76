import type { MockIntegration } from "../../model/app-model.ts";
import { failed } from "./failed.ts";
import type { IntegrationExecutor } from "./integration.ts";
import { toIntegrationRequest } from "./integration-request.ts";
import { compileResponses } from "./integration-responses.ts";
import { compileRequestPayload } from "./request-payload.ts";
import { unsupportedMediaType } from "./unsupported-media-type.ts";

/** No backend: the request template names the status code, and the integration responses say the rest. */
export function compileMock({ mapping }: MockIntegration): IntegrationExecutor {
  const toPayload = compileRequestPayload(mapping);
  const toResponse = compileResponses(mapping);
  return async (event) => {
    const request = toIntegrationRequest(event);
    const payload = toPayload(request);
    if (payload.kind === "unsupported") return unsupportedMediaType(event);
    const status = statusIn(payload.data.toString());
    if (status === undefined)
      return failed(
        `The request template of a mock integration must give JSON with a statusCode; it gave "${payload.data.toString().slice(0, 200)}"`,
      );
    return toResponse(request, { status, headers: [], body: Buffer.from(""), selector: String(status) });
  };
}

function statusIn(text: string): number | undefined {
  try {
    const status = Number((JSON.parse(text) as { readonly statusCode?: unknown } | null)?.statusCode);
    return Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
  } catch {
    return undefined;
  }
}
