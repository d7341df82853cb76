import { serviceFunction, type ServiceStart } from "../runtime/service-handler.ts";
import { withOptions, type FunctionOptions, type Registry } from "./registry.ts";

export type ServiceArguments =
  | [ServiceStart]
  | [string, ServiceStart]
  | [string, FunctionOptions, ServiceStart];

export function addService(registry: Registry, given: ServiceArguments): void {
  const [name, options, start] = readArguments(given);
  registry.note(`service:${name}`);
  const functionName = registry.addFunction(`service-${name}`, serviceFunction(start), {
    // What runs all the time must not hold up the handlers, nor fall with them.
    isolated: true,
    ...options,
  });
  registry.services.push({ name, function: functionName });
}

function readArguments(given: ServiceArguments): [string, FunctionOptions, ServiceStart] {
  if (given.length === 1) return ["service", {}, given[0]];
  const [name, ...rest] = given;
  return [name, ...withOptions(rest)];
}
