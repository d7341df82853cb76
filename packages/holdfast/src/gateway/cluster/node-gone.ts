import { HoldfastError } from "../../base/errors.ts";

export function nodeGone(node: number): HoldfastError {
  return new HoldfastError("NODE_GONE", `Node ${node} has gone`);
}
