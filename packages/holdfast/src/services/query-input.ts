import type { OperationInput } from "./service-face.ts";

/** Parameters by name, those behind a dot below those before it. */
interface Branch {
  value?: string;
  readonly children: Map<string, Branch>;
}

/** How deep names may go; AWS's own go four deep. */
const maximumDepth = 16;

/**
 * The input of a call in AWS's query protocol (documented): `A=1`, `A.B=1` for members of members, `A.member.1`,
 * `A.entry.1` or `A.1` for lists, `A.entry.1.key` and `A.entry.1.value` (or `Name` and `Value`) for maps. Every value is
 * text, and a list that is empty is sent as an empty text. Undefined when a name means two things or goes too deep.
 */
export function readQueryInput(
  parameters: Iterable<readonly [name: string, value: string]>,
): OperationInput | undefined {
  const root: Branch = { children: new Map() };
  for (const [name, value] of parameters) {
    const path = name.split(".");
    if (path.length > maximumDepth) return undefined;
    let branch = root;
    for (const part of path) {
      const child = branch.children.get(part) ?? { children: new Map<string, Branch>() };
      branch.children.set(part, child);
      branch = child;
    }
    branch.value ??= value;
  }
  return isConsistent(root) ? toRecord(root) : undefined;
}

function isConsistent({ value, children }: Branch): boolean {
  return (value === undefined || children.size === 0) && [...children.values()].every(isConsistent);
}

function toRecord({ children }: Branch): OperationInput {
  return Object.fromEntries(Array.from(children, ([name, child]) => [name, toValue(child)]));
}

function toValue(branch: Branch): unknown {
  const { value, children } = branch;
  if (children.size === 0) return value;
  const [[onlyName, only] = []] = children;
  if (children.size === 1 && only !== undefined && isList(only)) {
    if (onlyName === "member") return toList(only);
    if (onlyName === "entry") return toMap(only);
  }
  return isList(branch) ? toList(branch) : toRecord(branch);
}

function isList({ children }: Branch): boolean {
  return children.size > 0 && [...children.keys()].every((name) => /^\d{1,9}$/.test(name));
}

/** In the order of their numbers, which may leave some out. */
function inOrder({ children }: Branch): Branch[] {
  return [...children].toSorted(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);
}

function toList(branch: Branch): unknown[] {
  return inOrder(branch).map(toValue);
}

/** A map, or a list of what does not look like a map's entries. */
function toMap(branch: Branch): unknown {
  const entries = inOrder(branch).map(({ children }) => {
    const key = (children.get("key") ?? children.get("Name"))?.value;
    const value = children.get("value") ?? children.get("Value");
    return key === undefined || value === undefined ? undefined : ([key, toValue(value)] as const);
  });
  const whole = entries.filter((entry) => entry !== undefined);
  return whole.length === entries.length ? Object.fromEntries(whole) : toList(branch);
}
