import type { Clock } from "../../base/clock.ts";
import type { AppModel } from "../../model/app-model.ts";
import { AwsServiceError } from "../aws-service-error.ts";
import { pageOf, sortByKey } from "../page.ts";
import { createRestJsonFace, type RestOperation, type RestRequest } from "../rest-json.ts";
import type { OperationContext, ServiceFace } from "../service-face.ts";
import { describeApis, type DescribedApi } from "./api-parts.ts";
import type { Part } from "./part.ts";

export interface ApiGatewayFaceOptions {
  /** What runs now. */
  readonly model: () => AppModel | undefined;
  /** Where its APIs are on this machine. */
  readonly addresses: (model: AppModel) => readonly { readonly apiId?: string; readonly authority: string }[];
  /** Of APIs that name none. */
  readonly stage: string;
  readonly accountId: string;
  readonly clock: Clock;
}

/** What an API has several of, and the member that is each one's id. */
const collections = {
  routes: { idOf: "routeId", noun: "Route" },
  integrations: { idOf: "integrationId", noun: "Integration" },
  stages: { idOf: "stageName", noun: "stage" },
  authorizers: { idOf: "authorizerId", noun: "Authorizer" },
  models: { idOf: "modelId", noun: "Model" },
  deployments: { idOf: "deploymentId", noun: "Deployment" },
} as const;
type Collection = keyof typeof collections;
const collectionNames = Object.keys(collections) as Collection[];

/**
 * API Gateway's own API, version 2, as far as it is read: the APIs that run, as their model has them. What would change
 * them is refused.
 */
export function createApiGatewayFace(options: ApiGatewayFaceOptions): ServiceFace {
  const { model, addresses, accountId, stage, clock } = options;
  const deployedAt = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
  const apis = ({ region }: OperationContext): readonly DescribedApi[] => {
    const current = model();
    if (current === undefined) return [];
    const places = addresses(current);
    const authorityOf = (id: string): string | undefined => places.find((one) => one.apiId === id)?.authority;
    return describeApis(current, { region, accountId, stage, deployedAt, authorityOf });
  };
  const find = ({ parameters: { ApiId: id = "" } }: RestRequest, context: OperationContext): DescribedApi => {
    const found = apis(context).find((api) => api.id === id);
    if (found === undefined) throw notFound(`Invalid API identifier specified ${accountId}:${id}`);
    return found;
  };
  return createRestJsonFace({
    service: "apigateway",
    operations: [
      read("/v2/apis", async (request, context) =>
        listed(
          apis(context).map(({ api }) => api),
          "apiId",
          request,
        ),
      ),
      read("/v2/apis/{ApiId}", async (request, context) => find(request, context).api),
      ...collectionNames.flatMap((name) => readsOf(name, find)),
      ...refusedPaths.flatMap(refusals),
    ],
  });
}

function readsOf(
  name: Collection,
  find: (request: RestRequest, context: OperationContext) => DescribedApi,
): readonly RestOperation[] {
  const { idOf, noun } = collections[name];
  return [
    read(`/v2/apis/{ApiId}/${name}`, async (request, context) =>
      listed(find(request, context)[name], idOf, request),
    ),
    read(`/v2/apis/{ApiId}/${name}/{Id}`, async (request, context) => {
      const { Id: id = "" } = request.parameters;
      const found = find(request, context)[name].find((part) => part[idOf] === id);
      if (found === undefined) throw notFound(`Invalid ${noun} identifier specified ${id}`);
      return found;
    }),
  ];
}

function read(
  path: string,
  run: (request: RestRequest, context: OperationContext) => Promise<Part>,
): RestOperation {
  return { method: "GET", path, run: async (request, context) => ({ body: await run(request, context) }) };
}

/** The most that a page has; how many it has unless asked is not documented. */
const maximumPage = 500;

function listed(parts: readonly Part[], idOf: string, { query }: RestRequest): Part {
  const asked = Number(query.get("maxResults") ?? maximumPage);
  if (!Number.isInteger(asked) || asked < 1)
    throw badRequest(`Invalid value for maxResults: ${query.get("maxResults")}`);
  const keyOf = (part: Part): string => String(part[idOf]);
  const page = pageOf(sortByKey(parts, keyOf), keyOf, {
    limit: Math.min(asked, maximumPage),
    token: query.get("nextToken") ?? undefined,
  });
  if (page === undefined) throw badRequest("Invalid nextToken");
  return { items: page.items, ...(page.token !== undefined && { nextToken: page.token }) };
}

const refusedPaths = [
  "/v2/apis",
  "/v2/apis/{ApiId}",
  ...collectionNames.flatMap((name) => [`/v2/apis/{ApiId}/${name}`, `/v2/apis/{ApiId}/${name}/{Id}`]),
];

/** Changes. The error is no one of API Gateway's: it would never answer so. */
function refusals(path: string): readonly RestOperation[] {
  return ["POST", "PUT", "PATCH", "DELETE"].map((method) => ({
    method,
    path,
    run: () =>
      Promise.reject(
        new AwsServiceError(
          "UnsupportedOperation",
          `API Gateway's own API only reads here (${method} ${path}): change the app's template or code instead`,
        ),
      ),
  }));
}

function notFound(message: string): AwsServiceError {
  return new AwsServiceError("NotFoundException", message, 404);
}

function badRequest(message: string): AwsServiceError {
  return new AwsServiceError("BadRequestException", message);
}
