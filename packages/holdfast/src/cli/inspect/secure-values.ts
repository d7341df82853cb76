import type { AppModel } from "../../model/app-model.ts";

/** What stands for a value that is not shown. */
export const hiddenValue = "(hidden)";

/** The model without the values of secure parameters: what is printed ends up in logs and in bug reports. */
export function hideSecureValues(model: AppModel): AppModel {
  return {
    ...model,
    parameters: model.parameters.map((one) =>
      one.type === "SecureString" ? { ...one, value: hiddenValue } : one,
    ),
  };
}
