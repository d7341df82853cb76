import type { Json, JsonObject, TemplatePath } from "../template/template.ts";

/** What intrinsic functions are evaluated against. */
export interface Scope {
  /** Pseudo parameters (`AWS::Region`) and parameters, by name. */
  readonly parameters: Readonly<Record<string, Json>>;
  readonly mappings: Readonly<Record<string, JsonObject>>;
  /** Whether a condition holds; undefined when there is none of that name. */
  condition(name: string): boolean | undefined;
  /** Every resource that the template declares, by logical id, whether it exists or not. For messages. */
  readonly declared?: Readonly<Record<string, { readonly condition?: string }>>;
  /** What `Ref` gives for a resource; undefined when there is none of that name. */
  ref(logicalId: string): Json | undefined;
  /** What `Fn::GetAtt` gives; undefined when the resource or its attribute is not known. */
  attribute(logicalId: string, attribute: string): Json | undefined;
  /** What another stack exports; undefined when it is not known. */
  imported(name: string): Json | undefined;
}

/** A value without intrinsic functions; `undefined` is `AWS::NoValue`, or something that could not be resolved and was reported. */
export type Resolved = Json | undefined;

/**
 * Resolves every intrinsic function in a value. Properties that are `AWS::NoValue` are left out of their object or list.
 * What cannot be resolved is reported, with its path, and left out too.
 */
export type Resolve = (value: Json, path: TemplatePath) => Resolved;
