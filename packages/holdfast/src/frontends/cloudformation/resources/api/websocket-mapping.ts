import type { IntegrationResponse, Mapping } from "../../../../model/app-model.ts";
import { leadsTo, partsOf } from "./api-parts.ts";
import type { ResolvedResource, ResourceSet } from "../draft.ts";
import { propertiesOf, type Properties } from "../properties.ts";

const passthroughs = {
  WHEN_NO_MATCH: "when-no-match",
  WHEN_NO_TEMPLATES: "when-no-templates",
  NEVER: "never",
} as const;
const passthroughWords = ["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"] as const;

const contentHandlings = { CONVERT_TO_TEXT: "to-text", CONVERT_TO_BINARY: "to-binary" } as const;
const contentHandlingWords = ["CONVERT_TO_TEXT", "CONVERT_TO_BINARY"] as const;

/** What an integration that is no function proxy does with requests and responses; undefined when it says nothing. */
export function readMapping(
  api: ResolvedResource,
  integration: ResolvedResource,
  set: ResourceSet,
): Mapping | undefined {
  const properties = propertiesOf(integration, set.problems);
  const responses = partsOf(set, api, "AWS::ApiGatewayV2::IntegrationResponse").filter((one) =>
    leadsTo(set, one.properties.IntegrationId, integration),
  );
  const given = ["RequestParameters", "RequestTemplates", "PassthroughBehavior", "ContentHandlingStrategy"];
  if (responses.length === 0 && !given.some((name) => properties.has(name))) return undefined;
  return {
    requestParameters: properties.textMap("RequestParameters"),
    requestTemplates: properties.textMap("RequestTemplates"),
    passthrough: passthroughs[properties.choice("PassthroughBehavior", passthroughWords) ?? "WHEN_NO_MATCH"],
    responses: responses.flatMap((one) => readResponse(propertiesOf(one, set.problems))),
    ...readConversion(properties),
  };
}

function readResponse(properties: Properties): readonly IntegrationResponse[] {
  properties.require("IntegrationResponseKey");
  const key = properties.text("IntegrationResponseKey");
  if (key === undefined) return [];
  return [
    {
      key,
      templates: properties.textMap("ResponseTemplates"),
      parameters: properties.textMap("ResponseParameters"),
      ...readConversion(properties),
    },
  ];
}

function readConversion(
  properties: Properties,
): Pick<Mapping, "templateSelectionExpression" | "contentHandling"> {
  const templateSelectionExpression = properties.text("TemplateSelectionExpression");
  const contentHandling = properties.choice("ContentHandlingStrategy", contentHandlingWords);
  return {
    ...(templateSelectionExpression !== undefined && { templateSelectionExpression }),
    ...(contentHandling !== undefined && { contentHandling: contentHandlings[contentHandling] }),
  };
}
