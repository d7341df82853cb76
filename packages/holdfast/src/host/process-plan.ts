import type { FunctionModel } from "../model/app-model.ts";
import type { FunctionDeployment } from "../ports/function-host.ts";

/** Which functions run together in one process, and how that process is set up. */
export interface ProcessPlan {
  /** The same in the next deployment for the process that follows this one. */
  readonly key: string;
  readonly functions: readonly FunctionModel[];
  readonly environment: Readonly<Record<string, string>>;
  /** Absent: what the host gives to all. */
  readonly memoryMb?: number;
  /** Absent: what the host gives to all. */
  readonly concurrency?: number;
}

/** The plan that takes over the process which evaluated the bundle has this key. */
export const mainKey = "main";

/**
 * Functions share a process unless one is isolated, or has a limit of its own, or differs in its environment, of
 * which a process has one. The largest shared process comes first. Functions of templates have plans of their own
 * (`lambda-plan.ts`).
 */
export function planProcesses(deployment: FunctionDeployment): ProcessPlan[] {
  const plans = new Map<string, ProcessPlan>();
  for (const fn of deployment.functions) {
    if (fn.code.kind !== "export") continue;
    const plan = planAlone(fn, deployment.environment);
    const key = standsAlone(fn) ? plan.key : `environment:${canonicalJson(plan.environment)}`;
    const shared = plans.get(key);
    plans.set(key, shared === undefined ? plan : { ...shared, functions: [...shared.functions, fn] });
  }
  const ordered = [...plans.values()].toSorted((a, b) => rank(b) - rank(a));
  return ordered.map((plan, index) => (index === 0 ? { ...plan, key: mainKey } : plan));
}

function standsAlone(fn: FunctionModel): boolean {
  return fn.isolated || fn.memoryMb !== undefined || fn.concurrency !== undefined;
}

function planAlone(fn: FunctionModel, environment: Readonly<Record<string, string>>): ProcessPlan {
  return {
    key: `function:${fn.name}`,
    functions: [fn],
    environment: { ...environment, ...fn.environment },
    ...(fn.memoryMb !== undefined && { memoryMb: fn.memoryMb }),
    ...(fn.concurrency !== undefined && { concurrency: fn.concurrency }),
  };
}

/** The process that evaluated the bundle was started without a function's own memory limit, so it cannot take one. */
function rank(plan: ProcessPlan): number {
  if (plan.memoryMb !== undefined) return -1;
  const [first] = plan.functions;
  return first !== undefined && standsAlone(first) ? 0 : plan.functions.length;
}

function canonicalJson(record: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a message calls the process, at the start of a sentence. */
export function describePlan(plan: ProcessPlan): string {
  const [first, ...others] = plan.functions;
  if (first === undefined) return "A function process";
  return others.length === 0
    ? `The process of function "${first.name}"`
    : `The process that ${plan.functions.length} functions share`;
}
