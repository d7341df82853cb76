import { HoldfastError } from "../../../base/errors.ts";
import { nameIn, requireText, type ServiceAction } from "./service-action.ts";

/** A function called by its name or ARN: with `Payload`, or with all that the request says beside its own names. */
export const lambdaActions: Readonly<Record<string, ServiceAction>> = {
  async invoke(payload, { model, tasks }) {
    const name = functionIn(requireText(payload, "FunctionName"));
    if (model()?.functions.some((one) => one.name === name) !== true)
      throw new HoldfastError("RESOURCE_UNKNOWN", `The app has no function "${name}"`);
    const { FunctionName: _name, InvocationType: type, Payload: given, ...others } = payload;
    const input = given === undefined ? others : typeof given === "string" ? parse(given) : given;
    if (type === "Event") {
      await tasks.send(name, input);
      return {};
    }
    return tasks.call(name, input);
  },
};

/** An ARN may end with a version or an alias, of which there is one here. */
function functionIn(nameOrArn: string): string {
  return nameIn(nameOrArn.replace(/(?<=:function:[^:]+):[^:]+$/, ""));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new HoldfastError("RESOURCE_ARGUMENT_INVALID", "The request's Payload is not JSON");
  }
}
