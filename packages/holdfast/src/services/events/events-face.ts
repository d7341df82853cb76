import type { Clock } from "../../base/clock.ts";
import type { AppModel, EventRuleTarget, Schedule } from "../../model/app-model.ts";
import { AwsServiceError } from "../aws-service-error.ts";
import { createJsonFace } from "../json-protocol.ts";
import { pageOf, sortByKey, type Page } from "../page.ts";
import type { OperationContext, OperationInput, ServiceFace } from "../service-face.ts";
import { textMembers } from "../text-members.ts";
import { createPutEvents, type DeliverEvent } from "./put-events.ts";

export interface EventsFaceOptions {
  /** What runs now. */
  readonly model: () => Pick<AppModel, "eventRules" | "schedules"> | undefined;
  readonly deliver: DeliverEvent;
  readonly accountId: string;
  readonly clock: Clock;
}

/** A rule with a pattern, or with a schedule. */
interface Rule {
  readonly name: string;
  readonly pattern?: string;
  readonly expression?: string;
  readonly targets: readonly EventRuleTarget[];
}

const members = textMembers("ValidationException");

/** EventBridge's default bus: events are put on it, and its rules are read. */
export function createEventsFace({ model, deliver, accountId, clock }: EventsFaceOptions): ServiceFace {
  const rules = (): readonly Rule[] => {
    const { eventRules = [], schedules = [] } = model() ?? {};
    return [...eventRules, ...scheduledRules(schedules)];
  };
  const find = (input: OperationInput, member: string): Rule => {
    checkBus(input);
    const name = members.required(input, member);
    const found = rules().find((rule) => rule.name === name);
    if (found === undefined) throw notFound(`Rule ${name} does not exist on EventBus default.`);
    return found;
  };
  const describe = (rule: Rule, context: OperationContext): object => describeRule(rule, context, accountId);
  return createJsonFace({
    service: "events",
    targetPrefix: "AWSEvents",
    version: "1.1",
    operations: {
      PutEvents: createPutEvents({ rules: () => model()?.eventRules ?? [], deliver, accountId, clock }),
      async ListRules(input, context) {
        checkBus(input);
        const prefix = members.optional(input, "NamePrefix") ?? "";
        const wanted = rules().filter(({ name }) => name.startsWith(prefix));
        const { items, token } = paged(wanted, ({ name }) => name, input);
        return { Rules: items.map((rule) => describe(rule, context)), ...next(token) };
      },
      DescribeRule: async (input, context) => ({
        ...describe(find(input, "Name"), context),
        CreatedBy: accountId,
      }),
      async ListTargetsByRule(input, context) {
        const targets = describeTargets(find(input, "Rule"), context, accountId);
        const { items, token } = paged(targets, ({ Id }) => Id, input);
        return { Targets: items, ...next(token) };
      },
    },
  });
}

/** A schedule with a role is the scheduler's; a rule with several targets is as many schedules in the model. */
function scheduledRules(schedules: readonly Schedule[]): readonly Rule[] {
  const ofRules = schedules.filter(({ role }) => role === undefined);
  const byRule = Map.groupBy(ofRules, ({ name, rule = name }) => rule);
  return Array.from(byRule, ([name, [first, ...others]]) => ({
    name,
    ...(first !== undefined && { expression: first.expression }),
    targets: [...(first === undefined ? [] : [first]), ...others],
  }));
}

function checkBus(input: OperationInput): void {
  const bus = members.optional(input, "EventBusName") ?? "default";
  if (!/^(?:arn:.*:event-bus\/)?default$/.test(bus)) throw notFound(`Event bus ${bus} does not exist.`);
}

function describeRule({ name, pattern, expression }: Rule, { region }: OperationContext, account: string) {
  return {
    Name: name,
    Arn: `arn:aws:events:${region}:${account}:rule/${name}`,
    ...(pattern !== undefined && { EventPattern: pattern }),
    ...(expression !== undefined && { ScheduleExpression: expression }),
    State: "ENABLED",
    EventBusName: "default",
  };
}

/** Ids are made up: the model has none. */
function describeTargets({ targets }: Rule, { region }: OperationContext, account: string) {
  return targets.map(({ function: to, input }, at) => ({
    Id: `${at + 1}-${to}`.slice(0, 64),
    Arn: `arn:aws:lambda:${region}:${account}:function:${to}`,
    ...(input !== undefined && { Input: JSON.stringify(input) }),
  }));
}

/** Of one answer (documented). */
const maximumPage = 100;

function paged<T>(items: readonly T[], keyOf: (item: T) => string, input: OperationInput): Page<T> {
  const { Limit: asked = maximumPage } = input;
  if (typeof asked !== "number" || !Number.isInteger(asked) || asked < 1 || asked > maximumPage)
    throw new AwsServiceError(
      "ValidationException",
      `1 validation error detected: Value '${JSON.stringify(asked)}' at 'limit' failed to satisfy constraint: Member must be from 1 to ${maximumPage}`,
    );
  const token = members.optional(input, "NextToken");
  const page = pageOf(sortByKey(items, keyOf), keyOf, { limit: asked, token });
  if (page === undefined) throw new AwsServiceError("ValidationException", "The token is invalid.");
  return page;
}

function next(token: string | undefined): { readonly NextToken?: string } {
  return token === undefined ? {} : { NextToken: token };
}

function notFound(message: string): AwsServiceError {
  return new AwsServiceError("ResourceNotFoundException", message);
}
