/** A list of names for a message: the nearest few when there are many. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(", ");
  return names.length > 12 ? `${shown}, … (${names.length} in all)` : shown;
}

/** "Did you mean X?", where one of the names is nearly the one given. */
export function suggestName(given: string, names: readonly string[]): string | undefined {
  const near = names
    .map((name) => ({ name, distance: editDistance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.min(3, Math.floor(given.length / 3)))
    .toSorted((a, b) => a.distance - b.distance)[0];
  return near && `Did you mean ${near.name}?`;
}

function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 5) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, from] of a.split("").entries()) {
    const next = [i + 1];
    for (const [j, to] of b.split("").entries()) {
      const replace = (row[j] ?? 0) + (from === to ? 0 : 1);
      next.push(Math.min(replace, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
