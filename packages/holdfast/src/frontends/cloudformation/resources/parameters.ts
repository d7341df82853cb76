import type { ModelDraft, ResourceSet } from "./draft.ts";
import { nameOf } from "./physical-names.ts";
import { propertiesOf } from "./properties.ts";

/** Parameters of Systems Manager's store. CloudFormation makes no secure strings (documented). */
export function readParameters(resources: ResourceSet, draft: ModelDraft): void {
  for (const resource of resources.ofType("AWS::SSM::Parameter")) {
    const properties = propertiesOf(resource, resources.problems);
    properties.require("Type", "Value");
    const type = properties.choice("Type", ["String", "StringList"]);
    const value = properties.text("Value");
    if (type !== undefined && value !== undefined)
      draft.parameters.push({ name: nameOf(resource), type, value });
  }
}
