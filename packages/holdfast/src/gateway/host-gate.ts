import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { endpointVariable } from "../model/aws-endpoint-variable.ts";
import { awsErrorForm } from "../model/aws-error-form.ts";
import { hostNameOf, isAwsHost, readExecuteApiHost } from "../model/aws-hosts.ts";
import { readServiceAddress } from "../model/aws-service-address.ts";
import { isOfThisMachine } from "./clients/client.ts";
import { refuseUpgrade } from "./handshake.ts";
import type { Refusal } from "./gateway.ts";
import { isAllowedHost, type HostRules } from "./host-rules.ts";
import type { RefusalLog } from "./refusal-log.ts";

/** Names that were told of already; a client can make up any number of them. */
const rememberedNames = 100;

/** Turns away requests for hosts that this listener does not answer for, and says what to do. */
export class HostGate {
  readonly #rules: HostRules | undefined;
  readonly #refusals: RefusalLog;
  readonly #told = new Set<string>();

  /** Without rules every name may be asked for. */
  constructor(rules: HostRules | undefined, refusals: RefusalLog) {
    this.#rules = rules;
    this.#refusals = refusals;
  }

  /** Undefined when the request may go on. A request without a Host header comes from no browser. */
  check(request: IncomingMessage): Refusal | undefined {
    const name = printable(hostNameOf(request.headers.host ?? ""));
    if (name === "") return undefined;
    if (this.#rules !== undefined && !isAllowedHost(name, isOfThisMachine(request.socket), this.#rules))
      return this.#refuse(name, {
        message: `This server does not answer as "${name}"`,
        hint: `If it should, start it with HOLDFAST_HOSTS=${name} (several names: separate them by commas).`,
      });
    return undefined;
  }

  /** For a name of AWS's that is no API's: nothing here answers for it. Undefined for every other. */
  checkHosted(request: IncomingMessage): Refusal | undefined {
    const name = printable(hostNameOf(request.headers.host ?? ""));
    if (!isAwsHost(name) || readExecuteApiHost(name) !== undefined) return undefined;
    const { authorization } = request.headers;
    const target = request.url ?? "";
    const service = readServiceAddress({ host: name, target, authorization })?.service ?? "";
    const variable = service === "" ? "AWS_ENDPOINT_URL_<SERVICE>" : endpointVariable(service);
    const reason = {
      message: `Holdfast does not serve ${name}`,
      hint: `Set AWS_ENDPOINT_URL (or ${variable}) to a server that does, or HOLDFAST_AWS_NAMES=off to let functions reach AWS itself.`,
    };
    this.#tell(name, reason);
    const code = "NotImplementedException";
    const message = `${reason.message}. ${reason.hint}`;
    const asked = { service, headers: request.headers, target };
    const { headers, body } = awsErrorForm(asked, { code, message, requestId: randomUUID() });
    return {
      kind: "refused",
      status: 501,
      headers: Object.entries({ "x-amzn-errortype": code, ...headers }),
      body,
    };
  }

  /** An API's name on AWS, of an API that is not here. API Gateway's answer to an unknown stage. */
  unknownApi(name: string, known: readonly string[]): Refusal {
    this.#tell(name, {
      message: `No API here has the id of ${name}`,
      hint: `Its APIs have: ${known.join(", ") || "none"}. The id is in each event's requestContext.apiId.`,
    });
    return refuseUpgrade(403, "Forbidden", [["x-amzn-ErrorType", "ForbiddenException"]]);
  }

  #refuse(name: string, reason: Reason): Refusal {
    this.#tell(name, reason);
    return refuseUpgrade(403, `${reason.message}. ${reason.hint}`, [
      ["x-amzn-ErrorType", "ForbiddenException"],
    ]);
  }

  #tell(name: string, reason: Reason): void {
    if (this.#told.has(name)) return;
    if (this.#told.size >= rememberedNames) this.#told.clear();
    this.#told.add(name);
    this.#refusals.tell("hosts", "warn", "listener.host-refused", { ...reason, host: name });
  }
}

interface Reason {
  readonly message: string;
  readonly hint: string;
}

/** It goes to a terminal, and what a client sends may hold control characters of the upper half of Latin-1. */
function printable(name: string): string {
  return name.replaceAll(/[^\w.:-]/g, "?");
}
