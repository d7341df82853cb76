import type { Mapping } from "../../../../model/app-model.ts";

/** An action of an AWS service, and what the URI itself tells it. */
export interface ServiceCall {
  readonly service: string;
  readonly action: string;
  readonly requestParameters: Readonly<Record<string, string>>;
}

const serviceUri =
  /^arn:[\w-]+:apigateway:(?<region>[\w-]*):(?:[\w-]+\.)?(?<service>[\w-]+):(?<form>action|path)\/(?<rest>.*)$/s;
const queueParameter = "integration.request.querystring.QueueUrl";
const actionParameter = "integration.request.querystring.Action";

/**
 * Reads `arn:aws:apigateway:{region}:dynamodb:action/PutItem`, and the paths of services that are told their action in
 * the request: `…:sqs:path/{account}/{queue}` with `Action=SendMessage` in the templates. Undefined when it is neither.
 */
export function readServiceUri(uri: string, mapping: Mapping | undefined): ServiceCall | undefined {
  const { region = "", service = "", form, rest = "" } = serviceUri.exec(uri)?.groups ?? {};
  if (form === "action") return { service, action: rest, requestParameters: {} };
  if (form !== "path" || (service !== "sqs" && service !== "sns")) return undefined;
  const action = mapping === undefined ? undefined : actionOf(mapping);
  if (action === undefined) return undefined;
  const path = rest.replaceAll(/^\/+|\/+$/g, "");
  const queue = `'https://${service}.${region}.amazonaws.com/${path}'`;
  return { service, action, requestParameters: path === "" ? {} : { [queueParameter]: queue } };
}

/** The one action that all templates name, or a parameter does. */
function actionOf({ requestTemplates, requestParameters }: Mapping): string | undefined {
  const parameter = /^'(?<action>\w+)'$/.exec(requestParameters[actionParameter] ?? "")?.groups?.action;
  const named = Object.values(requestTemplates).map(
    (text) => /(?:^|[&\s])Action=(?<action>\w+)/.exec(text)?.groups?.action,
  );
  const actions = new Set(parameter === undefined ? named : [parameter]);
  const [action] = actions;
  return actions.size === 1 ? action : undefined;
}
