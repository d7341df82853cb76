import type { Span } from "../../ports/tracer.ts";
import type { IntegrationResult } from "../invocation-runner.ts";

type Outcome = NonNullable<Parameters<Span["end"]>[0]>;

/** A message that does not fit its schema is the client's fault, and so no error of a server's span. */
export function outcomeOf(result: IntegrationResult): Outcome {
  if (result.outcome === "returned") return {};
  const { code, name, message } = result.error;
  const attributes = { "error.type": code ?? name };
  return code === "BODY_INVALID" ? { attributes } : { error: message, attributes };
}

/** Of a server's span only what begins with a 5 is an error, of a client's everything from 400 on (OpenTelemetry's conventions). */
export function statusOutcome(status: number, side: "server" | "client" = "server"): Outcome {
  const attributes = { "http.response.status_code": status };
  return status < (side === "server" ? 500 : 400)
    ? { attributes }
    : { error: `status ${status}`, attributes: { ...attributes, "error.type": String(status) } };
}
