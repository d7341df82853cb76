import type { IntegrationResponse, Mapping } from "../../../src/model/app-model.ts";

export function makeMapping(change: Partial<Mapping> = {}): Mapping {
  return {
    requestParameters: {},
    requestTemplates: {},
    passthrough: "when-no-match",
    responses: [],
    ...change,
  };
}

export function makeResponse(
  key: string,
  template?: string,
  change: Partial<IntegrationResponse> = {},
): IntegrationResponse {
  return { key, templates: template === undefined ? {} : { $default: template }, parameters: {}, ...change };
}
