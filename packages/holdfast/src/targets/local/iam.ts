import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { defaultAccountId } from "../../model/defaults.ts";
import type { SignatureAccess } from "../../gateway/iam/authenticate.ts";
import type { JudgeKey } from "../../gateway/management/refusals.ts";
import type { AppModel } from "../../model/app-model.ts";
import { streamLabel } from "../../model/aws-stream-event.ts";
import type { Invoker } from "../../ports/invoker.ts";
import type { AskedAccess } from "../../services/iam/asked-access.ts";
import { createAccessGuard, type AccessGuard } from "../../services/iam/access-guard.ts";
import { FunctionJudge } from "../../services/iam/function-judge.ts";
import { suggestPolicy } from "../../services/iam/suggest-policy.ts";
import { regionOf } from "./aws-environment.ts";
import { DeliveryPermissions, type Delivery } from "./delivery-permissions.ts";
import { FunctionCredentials } from "./function-credentials.ts";
import { InvokePermissions } from "./invoke-permissions.ts";

export interface LocalIamOptions {
  /** Whether policies and permissions count. */
  readonly judges: boolean;
  readonly invoker: Invoker;
  readonly model: () => AppModel | undefined;
  readonly stage: string;
  readonly signatures: SignatureAccess;
  /** See `FunctionCredentialsOptions`. */
  readonly keySeed?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who functions are to AWS's services and to @connections, what they may do there, and who may invoke them. */
export interface LocalIam {
  readonly credentials: FunctionCredentials;
  /** Invokes functions for whoever may. */
  readonly invoker: Invoker;
  readonly guard?: AccessGuard;
  /** Whether a rule of EventBridge's may invoke a function; absent: each may. */
  readonly permitsRule?: (rule: string, functionName: string) => boolean;
  /** Whether queues and topics take what topics and buckets bring; absent: they take all. */
  readonly permitsDelivery?: (delivery: Delivery) => boolean;
  readonly judgeKey?: JudgeKey;
  /** From now on this model's policies and permissions count. */
  define(model: AppModel): void;
}

export function createLocalIam(options: LocalIamOptions): LocalIam {
  const { judges, invoker, model, stage, environment, clock, log } = options;
  const accountId = defaultAccountId;
  const credentials = new FunctionCredentials({ ...options, accountId });
  if (!judges) return { credentials, invoker, define: () => {} };

  const region = regionOf(environment);
  const permissions = new InvokePermissions({ invoker, region, accountId, stage, log });
  const deliveries = new DeliveryPermissions({ region, accountId, clock, log });
  const judge = new FunctionJudge({ model, accountId, clock, log });
  return {
    credentials,
    invoker: permissions,
    guard: createAccessGuard({ judge, model, accountId }),
    permitsRule: (rule, name) => permissions.permitsRule(rule, name),
    permitsDelivery: (delivery) => deliveries.permits(delivery),
    judgeKey(accessKeyId, action, resource) {
      const name = credentials.functionOf(accessKeyId);
      if (name === undefined) return undefined;
      const denial = judge.refuse({ region, function: name }, [{ action, resource }], { knownKeys: [] });
      return (
        denial && {
          userArn: denial.userArn,
          reason: denial.reason(action),
          hint: `Add to the policies of its role: ${suggestPolicy(action, resource)}.`,
        }
      );
    },
    define(next) {
      permissions.define(next);
      deliveries.define(next);
      for (const { name, asked } of pollingAccess(next, { region, accountId }))
        judge.refuse({ region, function: name }, asked, { knownKeys: [] });
      if (credentials.givenUp !== undefined && next.functions.some(({ policies }) => policies !== undefined))
        log("warn", "iam.own-credentials", {
          message: `Functions have the credentials of your environment because of ${credentials.givenUp}, so what their roles allow is not judged`,
          hint: `Without ${credentials.givenUp} each function has credentials of its own.`,
        });
    },
  };
}

/**
 * What mappings of queues and tables ask of the roles of their functions. AWS does not make a mapping whose function lacks
 * them; here it is made, and the refusal is in the log.
 */
function pollingAccess(
  { eventSources }: AppModel,
  { region, accountId }: { readonly region: string; readonly accountId: string },
): readonly { readonly name: string; readonly asked: readonly AskedAccess[] }[] {
  return eventSources.map(({ function: name, source }) => {
    if (source.kind === "queue") {
      const resource = `arn:aws:sqs:${region}:${accountId}:${source.queue}`;
      return { name, asked: queueReading.map((action) => ({ action, resource })) };
    }
    const resource = `arn:aws:dynamodb:${region}:${accountId}:table/${source.table}/stream/${streamLabel}`;
    return { name, asked: streamReading.map((action) => ({ action, resource })) };
  });
}

const queueReading = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
const streamReading = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
