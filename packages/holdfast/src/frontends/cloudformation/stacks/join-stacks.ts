import type { Place } from "../../../model/diagnostic.ts";
import type { AwsPlace } from "../../../ports/frontend.ts";
import type { ResolvedResource, ResourceSet } from "../resources/draft.ts";
import type { TemplatePath } from "../template/template.ts";
import type { EvaluatedStack } from "./evaluate-stack.ts";
import type { LoadedStack } from "./load-stack.ts";

/** The resources of all stacks of an app as one set: on AWS they share an account, and here they share a machine. */
export function joinStacks(
  stacks: readonly EvaluatedStack[],
  begun: readonly LoadedStack[],
  { appName, place }: { readonly appName: string; readonly place: AwsPlace },
): ResourceSet {
  const sets = new Map(withNested(stacks).map(({ loaded, resources }) => [loaded, resources]));
  const all = [...sets.values()].flatMap((set) => set.all);
  const byType = Map.groupBy(all, ({ type }) => type);
  const setOf = (path: TemplatePath): ResourceSet | undefined => {
    const loaded = stackOf(path, begun);
    return loaded && sets.get(loaded);
  };
  return {
    appName,
    place,
    all,
    ofType: (type) => byType.get(type) ?? [],
    find: (value, ...types) => firstOf(sets.values(), (set) => set.find(value, ...types)),
    isNested: (resource) => setOf(resource.path)?.isNested(resource) ?? false,
    madeUpOf: (resource) => setOf(resource.path)?.madeUpOf(resource) ?? [],
    problems: {
      error: (path, ...rest) => setOf(path)?.problems.error(path, ...rest),
      warn: (path, ...rest) => setOf(path)?.problems.warn(path, ...rest),
    },
  };
}

/** Where a resource of one of the stacks is written. */
export function placeOf({ path }: ResolvedResource, begun: readonly LoadedStack[]): Place | undefined {
  return stackOf(path, begun)?.source.placeOf(path.slice(2));
}

function withNested(stacks: readonly EvaluatedStack[]): readonly EvaluatedStack[] {
  return stacks.flatMap((stack) => [stack, ...withNested(stack.nested)]);
}

/** Paths of a stack's resources begin with `Stacks` and its place among those that were begun. */
function stackOf([, at]: TemplatePath, begun: readonly LoadedStack[]): LoadedStack | undefined {
  return typeof at === "number" ? begun[at] : undefined;
}

function firstOf<Value, Found>(
  values: Iterable<Value>,
  find: (value: Value) => Found | undefined,
): Found | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
