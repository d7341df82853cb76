import type { CustomResource, PolicyStatement, ResourceImplementation } from "../model/app-model.ts";
import { createResourceProxy, resourceFunction, type OperationsOf } from "../runtime/custom-resource.ts";
import type { GrantsOption } from "./grants-option.ts";
import type { Registry } from "./registry.ts";

/** How a resource of one's own is made: its operations, and what carries them out on each target. */
export interface ResourceDefinition<Operations extends object> {
  /** The names of the operations, which are methods of `Operations`. */
  readonly operations: readonly OperationsOf<Operations>[];
  /** On a target that has none, an app with this resource is refused. */
  readonly targets: {
    /** A laptop: `holdfast dev`, and tests. */
    readonly local?: ResourceTarget<Operations>;
    /** One's own servers. */
    readonly server?: ResourceTarget<Operations>;
    readonly aws?: AwsResourceTarget<Operations>;
  };
}

export interface ResourceTarget<Operations extends object> {
  /** Makes the implementation, once a process, before the first operation. */
  open(): Operations | Promise<Operations>;
  /** What the implementation may do with the app's other resources. Inferred from the code unless given. */
  readonly grants?: GrantsOption;
}

export interface AwsResourceTarget<Operations extends object> extends ResourceTarget<Operations> {
  /** What the implementation may do on AWS beyond the app's resources. */
  readonly statements?: readonly PolicyStatement[];
}

export function addResource<Operations extends object>(
  registry: Registry,
  name: string,
  { operations, targets }: ResourceDefinition<Operations>,
): Operations {
  registry.note(`resource:${name}`);
  const implementations: ResourceImplementation[] = [];
  const add = (
    target: ResourceImplementation["target"],
    given: AwsResourceTarget<Operations> | undefined,
  ) => {
    if (given === undefined) return;
    const functionName = registry.addFunction(
      `resource-${name}-${target}`,
      resourceFunction(name, () => given.open()),
      { isolated: true, ...(given.grants !== undefined && { grants: given.grants }) },
    );
    implementations.push({ target, function: functionName, statements: given.statements ?? [] });
  };
  add("local", targets.local);
  add("server", targets.server);
  add("aws", targets.aws);
  const resource: CustomResource = { name, operations: [...operations], implementations };
  registry.resources.push(resource);
  return createResourceProxy<Operations>(name, operations, registry);
}
