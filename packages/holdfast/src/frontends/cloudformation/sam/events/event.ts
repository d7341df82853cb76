import type { Json, JsonObject, TemplatePath } from "../../template/template.ts";
import type { InvokeTarget } from "../function-alias.ts";
import type { RolePolicy } from "../function-role.ts";
import {
  makeResource,
  type ApiRoute,
  type BucketNotification,
  type Origin,
  type Resources,
  type SamApp,
  type SamResource,
} from "../sam-resource.ts";
import type { TemplateResource } from "../../template/template.ts";

/** An entry of a function's `Events`. */
export interface SamEvent {
  /** The function's logical id and the event's name: what it makes is named so. */
  readonly id: string;
  readonly type: string;
  readonly properties: JsonObject;
  /** To its properties. */
  readonly path: TemplatePath;
  readonly origin: Origin;
  readonly function: SamResource;
  readonly target: InvokeTarget;
  readonly app: SamApp;
}

/** What an event makes, and what it asks of others. */
export interface EventParts {
  readonly resources?: Resources;
  readonly routes?: readonly ApiRoute[];
  readonly notifications?: readonly BucketNotification[];
  readonly managedPolicies?: readonly string[];
  readonly policies?: readonly RolePolicy[];
}

export type EventMaker = (event: SamEvent) => EventParts;

/** Lets a service invoke the function. */
export function makePermission(event: SamEvent, principal: string, source: JsonObject): TemplateResource {
  return makeResource(event.origin, "AWS::Lambda::Permission", {
    Action: "lambda:InvokeFunction",
    FunctionName: event.target.ref,
    Principal: principal,
    ...source,
  });
}

/** Says that a property is missing. */
export function requireOf(event: SamEvent, name: string): Json | undefined {
  const value = event.properties[name];
  if (value === undefined) {
    const message = `An event of type ${event.type} needs the property ${name}`;
    event.app.problems.error(event.path, "TEMPLATE_PROPERTY_INVALID", message);
  }
  return value;
}
