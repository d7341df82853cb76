import { readApis } from "../../src/frontends/cloudformation/resources/api/apis.ts";
import { readFunctions } from "../../src/frontends/cloudformation/resources/functions.ts";
import type { Json } from "../../src/frontends/cloudformation/template/template.ts";
import type { WebSocketApi } from "../../src/model/app-model.ts";
import { resourceSet, sampleFunctionResource, type SampleResource, type SampleSet } from "./resource-set.ts";

type Properties = Readonly<Record<string, Json>>;

/** A resource of API Gateway's second kind of APIs, of the API `Api` where it is a part of one. */
export function v2(
  kind: string,
  properties: Properties = {},
  dependsOn: readonly string[] = [],
): SampleResource {
  const Properties = kind === "Api" ? properties : { ApiId: { Ref: "Api" }, ...properties };
  return { Type: `AWS::ApiGatewayV2::${kind}`, Properties, DependsOn: dependsOn };
}

/** What integrations and authorizers name a function by. */
export function invocationOf(logicalId: string): Json {
  const arn = `\${${logicalId}.Arn}`;
  return {
    "Fn::Sub": `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/${arn}/invocations`,
  };
}

export const to = (integration: string): Json => ({ "Fn::Sub": `integrations/\${${integration}}` });

/** A WebSocket API that is deployed by itself, with one function behind its route `say`. */
export const chat = {
  Api: v2("Api", {
    Name: "chat",
    ProtocolType: "WEBSOCKET",
    RouteSelectionExpression: "$request.body.action",
  }),
  Say: v2("Route", { RouteKey: "say", Target: to("SayIntegration") }),
  SayIntegration: v2("Integration", { IntegrationType: "AWS_PROXY", IntegrationUri: invocationOf("Talk") }),
  Live: v2("Stage", { StageName: "live", AutoDeploy: true }),
  Talk: sampleFunctionResource(),
} as const satisfies Readonly<Record<string, SampleResource>>;

/** The sample with more properties in some of its resources. */
export function withProperties(
  resources: Readonly<Record<string, SampleResource>>,
  changes: Readonly<Record<string, Properties>>,
): Readonly<Record<string, SampleResource>> {
  const changed = Object.entries(changes).map(([id, properties]): [string, SampleResource] => {
    const resource = resources[id];
    if (resource === undefined) throw new Error(`There is no ${id} in the sample`);
    return [id, { ...resource, Properties: { ...resource.Properties, ...properties } }];
  });
  return { ...resources, ...Object.fromEntries(changed) };
}

/** Functions and APIs, as the front end reads them. */
export function readSample(resources: Readonly<Record<string, SampleResource>>): SampleSet {
  const sample = resourceSet(resources);
  readFunctions(sample.set, sample.draft);
  readApis(sample.set, sample.draft);
  return sample;
}

/** The one WebSocket API, when nothing was reported. */
export function readQuietly(resources: Readonly<Record<string, SampleResource>>): WebSocketApi {
  const { draft, diagnostics } = readSample(resources);
  const [api] = draft.webSocketApis;
  if (diagnostics.length > 0 || api === undefined || draft.webSocketApis.length > 1)
    throw new Error(`Expected one WebSocket API and no diagnostics: ${JSON.stringify(diagnostics)}`);
  return api;
}

/** What was reported, a line each: `warning Resources/Live: …`. */
export function reportedIn(resources: Readonly<Record<string, SampleResource>>): readonly string[] {
  return readSample(resources).diagnostics.map(
    ({ severity, path, message }) => `${severity} ${path.replace(/^Resources\//, "")}: ${message}`,
  );
}
