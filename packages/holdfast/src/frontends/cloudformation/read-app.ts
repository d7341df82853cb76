import type { AppModel } from "../../model/app-model.ts";
import type { Diagnostic, Place } from "../../model/diagnostic.ts";
import type { AwsPlace } from "../../ports/frontend.ts";
import { locateFunctions } from "./code/locate-functions.ts";
import { readApis } from "./resources/api/apis.ts";
import { readBuckets } from "./resources/buckets.ts";
import { emptyDraft, type ModelDraft, type ResourceSet } from "./resources/draft.ts";
import { readEventRules } from "./resources/event-rules.ts";
import { readEventSources } from "./resources/event-sources.ts";
import { readFunctions } from "./resources/functions.ts";
import { reportIgnored } from "./resources/ignored.ts";
import { checkLogGroups } from "./resources/log-groups.ts";
import { readParameters } from "./resources/parameters.ts";
import { readQueues } from "./resources/queues.ts";
import { readSchedules } from "./resources/schedules.ts";
import { readTables } from "./resources/tables.ts";
import { readResourcePolicies } from "./resources/resource-policies.ts";
import { readTopics } from "./resources/topics.ts";
import { evaluateStack, type EvaluatedStack, type StackSurroundings } from "./stacks/evaluate-stack.ts";
import { joinStacks, placeOf } from "./stacks/join-stacks.ts";
import { loadStack, type LoadedStack, type Stack } from "./stacks/load-stack.ts";
import { sortByPlace } from "./template/problems.ts";

export interface AppOptions {
  readonly appName: string;
  readonly appDir: string;
  readonly buildDir: string;
  readonly place: AwsPlace;
  readonly parameters: Readonly<Record<string, string>>;
  /** What stacks elsewhere export. */
  readonly imports: Readonly<Record<string, string>>;
}

export interface AppReading {
  /** As far as it goes: it counts when no diagnostic is an error. */
  readonly model: AppModel;
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of what was read. */
  readonly inputs: readonly string[];
  readonly codeRevisions: Readonly<Record<string, string>>;
  /** Where a part of the model comes from, by the subject that findings name it by. */
  placeOf(subject: string): Place | undefined;
}

/**
 * Reads the stacks of an app, given in the order in which they would be deployed, and the code of its functions. Rejects
 * with `APP_FILE_NOT_FOUND` when a template cannot be read at all.
 */
export async function readApp(stacks: readonly Stack[], options: AppOptions): Promise<AppReading> {
  const { appName, place, imports } = options;
  const loaded = await Promise.all(stacks.map((stack) => loadStack(stack, options.parameters)));
  const app: StackSurroundings = {
    appName,
    place,
    exported: new Map(Object.entries(imports)),
    taken: new Set(),
    begun: [],
  };
  const evaluated = loaded.flatMap((stack) =>
    stack.template === undefined
      ? []
      : evaluateStack(stack.template, stack, parametersOf(stack, loaded, options.parameters), app),
  );
  const resources = joinStacks(evaluated, app.begun, options);
  const draft = emptyDraft();
  for (const read of readers) read(resources, draft);
  draft.outputs.push(...outputsOf(evaluated));
  checkLogGroups(resources);
  reportIgnored(resources);
  const located = await locateFunctions(draft.functions, { ...options, problems: resources.problems });
  const all = withNested(loaded);
  return {
    model: toModel(appName, { ...draft, functions: located.functions }),
    diagnostics: [
      ...all.flatMap(({ faults, problems }) => sortByPlace([...faults, ...problems.diagnostics])),
      ...located.diagnostics,
    ],
    inputs: [...all.flatMap(({ inputs }) => inputs), ...located.inputs],
    codeRevisions: located.codeRevisions,
    placeOf: (subject) => placeOfSubject(subject, resources, app.begun),
  };
}

/** Functions first: what follows refers to them. */
const readers: readonly ((resources: ResourceSet, draft: ModelDraft) => void)[] = [
  readFunctions,
  readTables,
  readBuckets,
  readTopics,
  readQueues,
  readResourcePolicies,
  readEventSources,
  readParameters,
  readSchedules,
  readEventRules,
  readApis,
];

function withNested(stacks: readonly LoadedStack[]): readonly LoadedStack[] {
  return stacks.flatMap((stack) => [stack, ...withNested([...stack.nested.values()])]);
}

/** Of several stacks each is given what it declares; what none declares is the first one's to report. */
function parametersOf(
  stack: LoadedStack,
  stacks: readonly LoadedStack[],
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const declares = ({ template }: LoadedStack, name: string): boolean =>
    Object.hasOwn(template?.parameters ?? {}, name);
  return Object.fromEntries(
    Object.entries(given).filter(
      ([name]) =>
        declares(stack, name) || (stack === stacks[0] && !stacks.some((one) => declares(one, name))),
    ),
  );
}

/** Without those by which CDK's stacks tell each other what they have. */
function outputsOf(stacks: readonly EvaluatedStack[]): AppModel["outputs"] {
  return stacks.flatMap(({ outputs }) =>
    outputs.filter(({ name, exportName }) => exportName === undefined || !name.startsWith("ExportsOutput")),
  );
}

function toModel(appName: string, parts: Pick<AppModel, keyof ModelDraft>): AppModel {
  return {
    version: 1,
    app: { name: appName },
    staticSites: [],
    states: [],
    secrets: [],
    services: [],
    resources: [],
    ...parts,
  };
}

/** Kinds of subjects, and the resources that they come from. */
const typesBySubject: Readonly<Record<string, readonly string[]>> = {
  websocket: ["AWS::ApiGatewayV2::Api"],
  function: ["AWS::Lambda::Function"],
  table: ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"],
  bucket: ["AWS::S3::Bucket"],
  topic: ["AWS::SNS::Topic"],
  queue: ["AWS::SQS::Queue"],
  "event-rule": ["AWS::Events::Rule"],
  schedule: ["AWS::Events::Rule", "AWS::Scheduler::Schedule"],
  parameter: ["AWS::SSM::Parameter"],
};

/** Of `websocket:chat/route:join` the API's place; of others the first template's. */
function placeOfSubject(
  subject: string,
  resources: ResourceSet,
  begun: readonly LoadedStack[],
): Place | undefined {
  const { kind = "", name = "" } = /^(?<kind>[\w-]+):(?<name>[^/]*)/.exec(subject)?.groups ?? {};
  const types = Object.hasOwn(typesBySubject, kind) ? typesBySubject[kind] : undefined;
  if (types === undefined) return begun[0]?.source.placeOf([]);
  const resource = resources.find(name, ...types);
  return resource && placeOf(resource, begun);
}
