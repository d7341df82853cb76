import { HoldfastError } from "../../base/errors.ts";
import type { FunctionModel } from "../../model/app-model.ts";

/** What the ways of running a function are told. */
export interface RuntimeRequest {
  readonly fn: FunctionModel;
  /** The function's code: an absolute folder, and a handler as Lambda names it. */
  readonly dir: string;
  readonly handler: string;
  /** Folders of layers; what a later one holds comes before what an earlier one does, as in `/opt`. */
  readonly layers: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Throws when the function's code is not a `handler`. */
export function readRequest(fn: FunctionModel, environment: RuntimeRequest["environment"]): RuntimeRequest {
  if (fn.code.kind !== "handler")
    throw new HoldfastError("INTERNAL", `Function "${fn.name}" is not run as Lambda runs functions`);
  const { dir, handler } = fn.code;
  return { fn, dir, handler, layers: (fn.layers ?? []).toReversed(), environment };
}
