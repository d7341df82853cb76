import { HoldfastError, toErrorRecord } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { AppModel, FunctionModel } from "../../model/app-model.ts";
import type { InvocationEvent } from "../../model/gateway-event.ts";
import { matchesArn } from "../../model/iam/condition-operators.ts";
import type { InvocationResult, Invoker } from "../../ports/invoker.ts";
import {
  invocationSources,
  ruleKey,
  sourceKeyOf,
  type InvocationSource,
  type SourcePlace,
} from "./invocation-sources.ts";

export interface InvokePermissionsOptions extends SourcePlace {
  readonly invoker: Invoker;
  readonly log: Log;
}

/**
 * Invokes functions for those only whom their permissions let (`AWS::Lambda::Permission`): whoever lacks one gets what it
 * gets of a function that fails, as on AWS.
 */
export class InvokePermissions implements Invoker {
  readonly #options: InvokePermissionsOptions;
  #denied: ReadonlyMap<string, InvocationSource> = new Map();

  constructor(options: InvokePermissionsOptions) {
    this.#options = options;
  }

  /** From now on this model's permissions count. Warns of each that is missing. */
  define(model: AppModel): void {
    const functions = new Map(model.functions.map((fn) => [fn.name, fn]));
    const denied = invocationSources(model, this.#options).filter(
      (source) => !isPermitted(functions.get(source.function), source, this.#options.accountId),
    );
    for (const source of denied) this.#warn(source);
    this.#denied = new Map(denied.map((source) => [deniedKey(source.function, source.key), source]));
  }

  /** Whether a rule of EventBridge's may invoke one of its targets; that it may not is logged. */
  permitsRule(rule: string, functionName: string): boolean {
    const source = this.#denied.get(deniedKey(functionName, ruleKey(rule)));
    if (source !== undefined) this.#warn(source);
    return source === undefined;
  }

  async invoke(functionName: string, event: InvocationEvent): Promise<InvocationResult> {
    const key = this.#denied.size === 0 ? undefined : sourceKeyOf(event);
    const source = key === undefined ? undefined : this.#denied.get(deniedKey(functionName, key));
    if (source === undefined) return this.#options.invoker.invoke(functionName, event);
    const error = new HoldfastError("INVOKE_NOT_PERMITTED", describe(source), { hint: hintFor(source) });
    // Whoever is not let sees the same as where there is no function.
    return { outcome: "missing", error: toErrorRecord(error) };
  }

  #warn(source: InvocationSource): void {
    this.#options.log("warn", "iam.permission-missing", {
      message: describe(source),
      hint: hintFor(source),
      function: source.function,
    });
  }

  forget(connectionId: string): void {
    this.#options.invoker.forget(connectionId);
  }
}

function deniedKey(functionName: string, key: string): string {
  return JSON.stringify([functionName, key]);
}

/** Functions of apps in code have no such list, and everything of the app may invoke them. */
function isPermitted(fn: FunctionModel | undefined, source: InvocationSource, accountId: string): boolean {
  const { permissions } = fn ?? {};
  if (permissions === undefined) return true;
  return permissions.some(
    ({ principal, sourceArn }) =>
      (principal === source.principal || principal === "*" || principal === accountId) &&
      (sourceArn === undefined || source.arns.some((arn) => matchesArn(sourceArn, arn))),
  );
}

function describe({ function: name, title, principal, arns: [arn] }: InvocationSource): string {
  return `Function "${name}" has no permission that lets ${principal} invoke it for ${title} (${arn})`;
}

function hintFor({ function: name, principal, arns: [arn] }: InvocationSource): string {
  const permission = {
    Action: "lambda:InvokeFunction",
    FunctionName: name,
    Principal: principal,
    SourceArn: arn,
  };
  return `Add { "Type": "AWS::Lambda::Permission", "Properties": ${JSON.stringify(permission)} } to the template. --no-iam allows everything.`;
}
