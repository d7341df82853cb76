import type { FunctionModel } from "../../model/app-model.ts";
import type { FunctionDeployment } from "../../ports/function-host.ts";
import type { ProcessPlan } from "../process-plan.ts";

/** One function of a template's, and all that its processes depend on: with an equal plan they stay. */
export interface LambdaPlan extends ProcessPlan {
  readonly functions: readonly [FunctionModel];
  /** What the deployment sets for every function; the function's own is in its model. */
  readonly environment: Readonly<Record<string, string>>;
  readonly codeRevision?: string;
}

/** What a function may use of memory unless it says, in MB; Lambda's. */
const defaultMemoryMb = 128;

/** The functions whose code is a `handler`: each has processes of its own. */
export function planLambdas(deployment: FunctionDeployment): LambdaPlan[] {
  return deployment.functions.flatMap((fn): LambdaPlan[] => {
    if (fn.code.kind !== "handler") return [];
    const codeRevision = deployment.codeRevisions?.[fn.name];
    return [
      {
        key: `function:${fn.name}`,
        functions: [fn],
        environment: deployment.environment,
        memoryMb: fn.memoryMb ?? defaultMemoryMb,
        ...(fn.concurrency !== undefined && { concurrency: fn.concurrency }),
        ...(codeRevision !== undefined && { codeRevision }),
      },
    ];
  });
}
