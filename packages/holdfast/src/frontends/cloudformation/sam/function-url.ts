import type { Alias } from "./function-alias.ts";
import { pick, toObject } from "./json-values.ts";
import {
  makeResource,
  requireProperty,
  type Resources,
  type SamApp,
  type SamResource,
} from "./sam-resource.ts";

/** `FunctionUrlConfig`: a URL of the function's own; without authorization, one that everybody may invoke. */
export function makeUrl(resource: SamResource, alias: Alias, { problems }: SamApp): Resources {
  if (resource.properties.FunctionUrlConfig === undefined) return {};
  const { logicalId } = resource;
  const path = [...resource.path, "Properties", "FunctionUrlConfig"];
  const origin = { ...resource, path };
  const properties = toObject(resource.properties.FunctionUrlConfig);
  const AuthType = requireProperty(problems, { properties, path }, "AuthType");
  const target = alias.target.ref;
  const url = makeResource(origin, "AWS::Lambda::Url", {
    TargetFunctionArn: target,
    ...pick(properties, ["AuthType", "Cors", "InvokeMode"]),
  });
  if (AuthType !== "NONE") return { [`${logicalId}Url`]: url };
  const permission = { FunctionName: target, Principal: "*" };
  return {
    [`${logicalId}Url`]: url,
    [`${logicalId}UrlPublicPermissions`]: makeResource(origin, "AWS::Lambda::Permission", {
      ...permission,
      Action: "lambda:InvokeFunctionUrl",
      FunctionUrlAuthType: "NONE",
    }),
    [`${logicalId}URLInvokeAllowPublicAccess`]: makeResource(origin, "AWS::Lambda::Permission", {
      ...permission,
      Action: "lambda:InvokeFunction",
      InvokedViaFunctionUrl: true,
    }),
  };
}
