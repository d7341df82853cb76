/** By the number of a step: the steps that it leads to. */
export type Edges = (readonly number[])[];

/** A set of steps, in the order in which they were found. */
export interface StepSet extends Iterable<number> {
  has(step: number): boolean;
}

/** Everything that steps lead to, themselves included, nearest first. */
export function closure(from: readonly number[], edges: Edges): StepSet {
  const seen = new Uint8Array(edges.length);
  const found: number[] = [];
  const add = (steps: readonly number[]): void => {
    for (const step of steps) {
      if (seen[step] === 1) continue;
      seen[step] = 1;
      found.push(step);
    }
  };
  add(from);
  for (const step of found) add(edges[step] ?? []);
  return { has: (step) => seen[step] === 1, [Symbol.iterator]: () => found[Symbol.iterator]() };
}

export function reversed(edges: Edges): Edges {
  const previous = edges.map((): number[] => []);
  for (const [step, next] of edges.entries()) for (const one of next) previous[one]?.push(step);
  return previous;
}
