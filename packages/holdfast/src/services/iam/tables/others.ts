import type { AwsServiceRequest } from "../../../ports/aws-services.ts";
import type { OperationInput } from "../../service-face.ts";
import { regionalArn, type AccessTable, type AskedAccess, type AskedPlace } from "../asked-access.ts";
import { readNamedCall, recordsIn, textIn, textsIn } from "../named-call.ts";

export const ssmTable: AccessTable = {
  knownKeys: ["ssm:recursive", "ssm:overwrite"],
  ask(request, place) {
    const { operation, input } = readNamedCall(request);
    const named = textIn(input, "Name") ?? textIn(input, "Path") ?? textIn(input, "ResourceId");
    const names = named === undefined ? textsIn(input, "Names") : [named];
    const action = `ssm:${operation}`;
    const keys = { "ssm:Recursive": flagOf(input.Recursive), "ssm:Overwrite": flagOf(input.Overwrite) };
    if (names.length === 0) return [{ action, resource: regionalArn("ssm", "*", place), keys }];
    return names.map((name) => ({ action, resource: parameterArn(name, place), keys }));
  },
};

function flagOf(value: unknown): string | undefined {
  return typeof value === "boolean" ? String(value) : undefined;
}

/** Without the first slash, and without the version or label behind the name (documented). */
function parameterArn(name: string, place: AskedPlace): string {
  if (name.startsWith("arn:")) return name;
  const [plain = ""] = name.split(":");
  return regionalArn("ssm", `parameter/${plain.replace(/^\//, "")}`, place);
}

/**
 * What is about the streams of a group is asked of `{group}:log-stream:{stream}`, of which the stream may be empty, as
 * refusals show it (seen by users).
 */
export const logsTable: AccessTable = {
  knownKeys: [],
  ask(request, place) {
    const { operation, input } = readNamedCall(request);
    const action = `logs:${operation}`;
    const given = textIn(input, "logGroupIdentifier") ?? textIn(input, "logGroupName");
    const groups = given === undefined ? textsIn(input, "logGroupIdentifiers") : [given];
    if (groups.length === 0)
      return [
        {
          action,
          resource: regionalArn("logs", `log-group:${textIn(input, "logGroupNamePrefix") ?? ""}*`, place),
        },
      ];
    const isOfStream = !/LogGroup$|RetentionPolicy$/.test(operation);
    const stream = isOfStream ? `:log-stream:${textIn(input, "logStreamName") ?? ""}` : "";
    return groups.map((group) => {
      const name = group.replace(/^arn:[^:]*:logs:[^:]*:[^:]*:log-group:/, "").replace(/:\*$/, "");
      return { action, resource: regionalArn("logs", `log-group:${name}${stream}`, place) };
    });
  },
};

export const eventsTable: AccessTable = {
  knownKeys: ["events:source", "events:detail-type"],
  ask(request, place) {
    const { operation, input } = readNamedCall(request);
    const action = `events:${operation}`;
    if (operation === "PutEvents")
      return recordsIn(input, "Entries").map((entry) => ({
        action,
        resource: busArn(textIn(entry, "EventBusName"), place),
        keys: { "events:source": textIn(entry, "Source"), "events:detail-type": textIn(entry, "DetailType") },
      }));
    const rule = textIn(input, "Rule") ?? textIn(input, "Name");
    const bus = textIn(input, "EventBusName");
    if (operation.endsWith("EventBus")) return [{ action, resource: busArn(rule ?? bus, place) }];
    if (rule === undefined) return [{ action, resource: "*" }];
    const ofBus = bus === undefined || bus === "default" ? "" : `${bus}/`;
    return [{ action, resource: regionalArn("events", `rule/${ofBus}${rule}`, place) }];
  },
};

function busArn(name = "default", place: AskedPlace): string {
  return name.startsWith("arn:") ? name : regionalArn("events", `event-bus/${name}`, place);
}

/** Who one is, everybody may know, and keys of one's own everybody may have (documented). */
const open: ReadonlySet<string> = new Set([
  "GetCallerIdentity",
  "GetSessionToken",
  "AssumeRoleWithWebIdentity",
]);

export const stsTable: AccessTable = {
  knownKeys: ["sts:externalid", "sts:rolesessionname"],
  ask(request) {
    const { operation, input } = readNamedCall(request);
    if (open.has(operation)) return [];
    return [
      {
        action: `sts:${operation}`,
        resource: textIn(input, "RoleArn") ?? "*",
        keys: {
          "sts:ExternalId": textIn(input, "ExternalId"),
          "sts:RoleSessionName": textIn(input, "RoleSessionName"),
        },
      },
    ];
  },
};

interface RestRule {
  readonly pattern: RegExp;
  /** By method. */
  readonly actions: Readonly<Record<string, string>>;
}

const lambdaRules: readonly RestRule[] = [
  { pattern: /\/functions\/(?<name>[^/]+)\/invocations\/?$/, actions: { POST: "InvokeFunction" } },
  { pattern: /\/functions\/(?<name>[^/]+)\/invoke-async\/?$/, actions: { POST: "InvokeFunction" } },
  {
    pattern: /\/functions\/(?<name>[^/]+)\/response-streaming-invocations\/?$/,
    actions: { POST: "InvokeFunction" },
  },
  { pattern: /\/functions\/(?<name>[^/]+)\/code\/?$/, actions: { PUT: "UpdateFunctionCode" } },
  {
    pattern: /\/functions\/(?<name>[^/]+)\/configuration\/?$/,
    actions: { GET: "GetFunctionConfiguration", PUT: "UpdateFunctionConfiguration" },
  },
  { pattern: /\/functions\/(?<name>[^/]+)\/?$/, actions: { GET: "GetFunction", DELETE: "DeleteFunction" } },
  { pattern: /\/functions\/?$/, actions: { GET: "ListFunctions", POST: "CreateFunction" } },
];

export const lambdaTable: AccessTable = {
  knownKeys: [],
  ask(request, place) {
    const [path = "", query = ""] = request.target.split("?", 2);
    for (const { pattern, actions } of lambdaRules) {
      const match = pattern.exec(path);
      const action = actions[request.method];
      if (match === null || action === undefined) continue;
      const name = match.groups?.name;
      const qualifier = new URLSearchParams(query).get("Qualifier");
      return [
        {
          action: `lambda:${action}`,
          resource: name === undefined ? "*" : functionArn(name, qualifier, place),
        },
      ];
    }
    return [anyOf(request)];
  },
};

/** By a name, a part of an ARN or an ARN, each with a qualifier behind it or without. */
function functionArn(encoded: string, qualifier: string | null, place: AskedPlace): string {
  const given = decode(encoded);
  const plain = given.replace(/^(?:arn:[^:]*:lambda:[^:]*:)?(?:\d{12}:)?(?:function:)?/, "");
  return regionalArn("lambda", `function:${plain}${qualifier === null ? "" : `:${qualifier}`}`, place);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Its actions are methods, and its resources paths. */
export const apiGatewayTable: AccessTable = {
  knownKeys: [],
  ask({ method, target, region }) {
    const [path = ""] = target.split("?", 1);
    return [
      {
        action: `apigateway:${method}`,
        resource: `arn:aws:apigateway:${region}::${path.replace(/^\/v2(?=\/)/, "")}`,
      },
    ];
  },
};

const schedulerVerbs: Readonly<Record<string, string>> = {
  GET: "Get",
  POST: "Create",
  PUT: "Update",
  DELETE: "Delete",
};

export const schedulerTable: AccessTable = {
  knownKeys: [],
  ask(request, place) {
    const [path = "", query = ""] = request.target.split("?", 2);
    const name = /^\/schedules\/(?<name>[^/]+)$/.exec(path)?.groups?.name;
    if (name === undefined)
      return [path === "/schedules" ? { action: "scheduler:ListSchedules", resource: "*" } : anyOf(request)];
    const group =
      new URLSearchParams(query).get("groupName") ?? textIn(readBody(request), "GroupName") ?? "default";
    const action = `scheduler:${schedulerVerbs[request.method] ?? "Update"}Schedule`;
    return [{ action, resource: regionalArn("scheduler", `schedule/${group}/${decode(name)}`, place) }];
  },
};

function readBody(request: AwsServiceRequest): OperationInput {
  return readNamedCall({ ...request, headers: { "x-amz-target": "" } }).input;
}

/** A service without a table: its operation by its name, which only a policy of all resources allows. */
export const otherTable: AccessTable = { knownKeys: [], ask: (request) => [anyOf(request)] };

function anyOf(request: AwsServiceRequest): AskedAccess {
  const { operation } = readNamedCall(request);
  return { action: `${request.service}:${operation === "" ? request.method : operation}`, resource: "*" };
}
