import type { Effects } from "./effects.ts";
import { sortOperations } from "./operations.ts";

/** What a function may do with a resource. */
export interface InferredGrant {
  readonly resource: string;
  /** `["*"]` grants the resource whole. */
  readonly operations: readonly string[];
  /** Of a whole grant: where in the bundle, and why nothing narrower can be told. */
  readonly because?: Because;
}

export interface Because {
  /** Counted from 1, like `column`. */
  readonly line: number;
  readonly column: number;
  /** In words for the app's author. */
  readonly reason: string;
}

/** What one function turns out to do. What is added first gives the reason. */
export class GrantCollection {
  readonly #resources: readonly string[];
  readonly #code: string;
  readonly #operations = new Map<string, Set<string>>();
  readonly #whole = new Map<string, Because>();

  /** `resources` are all of the app, in the order of the grants. Positions are those in `code`. */
  constructor(resources: readonly string[], code: string) {
    this.#resources = resources;
    this.#code = code;
  }

  add({ uses, wholes }: Effects): void {
    for (const { resource, operation } of uses) this.allow(resource, operation);
    for (const { resource, at, reason } of wholes) {
      for (const one of resource === "*" ? this.#resources : [resource])
        if (!this.#whole.has(one)) this.#whole.set(one, { ...positionOf(this.#code, at), reason });
    }
  }

  allow(resource: string, operation: string): void {
    const operations = this.#operations.get(resource);
    if (operations === undefined) this.#operations.set(resource, new Set([operation]));
    else operations.add(operation);
  }

  grants(): readonly InferredGrant[] {
    return this.#resources.flatMap((resource): InferredGrant[] => {
      const because = this.#whole.get(resource);
      const operations = this.#operations.get(resource);
      if (because !== undefined) return [{ resource, operations: ["*"], because }];
      return operations ? [{ resource, operations: sortOperations(resource, operations) }] : [];
    });
  }
}

export function grantEverything(resources: Iterable<string>, because: Because): readonly InferredGrant[] {
  return [...resources].map((resource) => ({ resource, operations: ["*"], because }));
}

function positionOf(code: string, at: number): { readonly line: number; readonly column: number } {
  const before = code.slice(0, at);
  return { line: before.split("\n").length, column: at - before.lastIndexOf("\n") };
}
