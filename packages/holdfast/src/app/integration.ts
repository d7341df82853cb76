import type { Integration, IntegrationResponse, Mapping, Throttling } from "../model/app-model.ts";

/** Where a route's messages go instead of to a handler. */
export type IntegrationOption = HttpIntegrationOption | MockIntegrationOption | ServiceIntegrationOption;

/** An HTTP backend, in any language: the message is the request's body, and the answer's body goes back to the client. */
export interface HttpIntegrationOption extends MappingOption {
  /** Its URL; may hold `${stageVariables.name}`. */
  readonly http: string;
  /** `POST` unless said. */
  readonly method?: string;
  /** The request and the answer pass as they are, and no template applies. True unless there are templates. */
  readonly proxy?: boolean;
  /** 50 to 29,000 milliseconds. 29,000 unless said. */
  readonly timeoutMs?: number;
}

/** No backend: a request template says the status, `{"statusCode": 200}`, and a response template the answer. */
export interface MockIntegrationOption extends MappingOption {
  readonly mock: true;
}

/** One of the app's resources, as API Gateway reaches AWS services. */
export interface ServiceIntegrationOption extends MappingOption {
  readonly service: "dynamodb" | "sns" | "lambda";
  /** `PutItem`, `GetItem`, `DeleteItem`; `Publish`; `Invoke`. */
  readonly action: string;
  /** 50 to 29,000 milliseconds. 29,000 unless said. */
  readonly timeoutMs?: number;
}

/** API Gateway's mapping templates, parameters and conversions. */
export interface MappingOption {
  /** `integration.request.header.X`, `.querystring.X` or `.path.X`, to where its value is. */
  readonly requestParameters?: Readonly<Record<string, string>>;
  /** By what `templateSelectionExpression` yields; `$default` is for everything else. */
  readonly requestTemplates?: Readonly<Record<string, string>>;
  readonly templateSelectionExpression?: string;
  /** What happens to a message that no template is for: it passes, or it does not. `when-no-match` unless said. */
  readonly passthrough?: Mapping["passthrough"];
  readonly contentHandling?: "to-text" | "to-binary";
  readonly responses?: readonly ResponseOption[];
}

export interface ResponseOption extends Partial<Omit<IntegrationResponse, "key" | "parameters">> {
  /** `$default`, or `/pattern/` of the status, or of a function's error message. */
  readonly key: string;
}

export interface IntegrationOptions {
  /** Of `$connect`: asks each client for a key, as the option of `onConnect` does. */
  readonly apiKey?: boolean | "authorizer";
  /** Of `$connect`: asks each client for a signature, as the option of `onConnect` does. */
  readonly iam?: boolean;
  /** Messages of one connection run one after another. API Gateway runs them at the same time. */
  readonly ordered?: boolean;
  /** How many messages a second the route takes; more are answered with an error. */
  readonly throttling?: Throttling;
  /** JSON Schema (draft 4) that messages must fit; the gateway answers others with `Bad request body`. */
  readonly model?: object;
  /** Whether the answer goes back to the client. True unless said. */
  readonly responds?: boolean;
}

export function toIntegration(option: IntegrationOption): Integration {
  const mapping = toMapping(option);
  if ("mock" in option) return { kind: "mock", ...(mapping !== undefined && { mapping }) };
  const shared = {
    ...(option.timeoutMs !== undefined && { timeoutMs: option.timeoutMs }),
    ...(mapping !== undefined && { mapping }),
  };
  if ("service" in option)
    return { kind: "service", service: option.service, action: option.action, ...shared };
  const { http: uri, method = "POST" } = option;
  const proxy = option.proxy ?? (option.requestTemplates === undefined && option.responses === undefined);
  return { kind: "http", proxy, method, uri, ...shared };
}

function toMapping(option: MappingOption): Mapping | undefined {
  const {
    requestParameters,
    requestTemplates,
    templateSelectionExpression,
    passthrough,
    contentHandling,
    responses,
  } = option;
  const given = [requestParameters, requestTemplates, passthrough, contentHandling, responses];
  if (given.every((one) => one === undefined)) return undefined;
  return {
    requestParameters: { ...requestParameters },
    requestTemplates: { ...requestTemplates },
    passthrough: passthrough ?? "when-no-match",
    responses: (responses ?? []).map((response) => ({ templates: {}, parameters: {}, ...response })),
    ...(templateSelectionExpression !== undefined && { templateSelectionExpression }),
    ...(contentHandling !== undefined && { contentHandling }),
  };
}
