import { HoldfastError } from "../../base/errors.ts";
import type { AppModel, Grant } from "../../model/app-model.ts";
import { isGranted } from "../../model/grants.ts";

/** Holds functions to their grants, as on AWS their roles do. */
export class GrantCheck {
  #model: AppModel | undefined;
  #grants: ReadonlyMap<string, readonly Grant[]> = new Map();

  /** Throws `GRANT_MISSING`. */
  check(model: AppModel, functionName: string, resource: string, operation: string): void {
    if (model !== this.#model) {
      this.#model = model;
      this.#grants = new Map(model.functions.map(({ name, grants }) => [name, grants]));
    }
    if (isGranted(this.#grants.get(functionName) ?? [], resource, operation)) return;
    throw new HoldfastError(
      "GRANT_MISSING",
      `Function "${functionName}" is not allowed to ${operation} ${resource}`,
      {
        hint: `What it may do is read from its code, or is what its option "grants" says; "holdfast inspect" shows it. Use the resource in the handler by the name it was declared with, or add "${resource}": ["${operation}"] to the grants.`,
      },
    );
  }
}
