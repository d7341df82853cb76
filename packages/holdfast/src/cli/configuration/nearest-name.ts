/**
 * The name that somebody meant who wrote `given`: one that differs in signs and capitals only, or in a few letters.
 * Undefined where none is near.
 */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  const wanted = bare(given);
  // Of short names, many are near.
  const allowed = Math.max(1, Math.min(3, Math.floor(wanted.length / 4)));
  return names
    .map((name) => ({ name, distance: distance(wanted, bare(name)) }))
    .filter((one) => one.distance <= allowed)
    .toSorted((a, b) => a.distance - b.distance)[0]?.name;
}

function bare(name: string): string {
  return name
    .slice(0, 100)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "");
}

/** How many letters have to be put in, left out, changed or swapped with their neighbour. */
function distance(from: string, to: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (isSame ? 0 : 1),
          isSwapped ? at(beforeLast, column - 2) + 1 : Infinity,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
