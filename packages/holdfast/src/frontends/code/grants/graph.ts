import type { AnyNode } from "acorn";
import type { Bindings } from "./bindings.ts";
import type { Effects, PieceEffects } from "./effects.ts";
import type { MentionedCall } from "./mentions.ts";
import { closure, reversed, type Edges } from "./steps.ts";
import type { Unit, UnitKind } from "./units.ts";

/** A unit, or a function that is declared in one: code that runs by itself. */
export interface Piece extends PieceEffects {
  /** Absent for a declared function. */
  readonly unit?: Unit;
  /** An object of Holdfast's own, in which nothing is kept unless something is assigned into it. */
  readonly isHoldfasts: boolean;
  readonly calls: readonly MentionedCall[];
}

/**
 * How much must be done with a name before something may be kept in it, see `weights`. A function keeps only what is
 * assigned into it by its own name: functions are passed around too often to suspect more.
 */
const keepsFrom: Readonly<Record<UnitKind, number>> = {
  variable: 0,
  data: 1,
  class: 1,
  constant: 3,
  function: 3,
  import: 3,
  namespace: 3,
  statement: 3,
};

/** Steps of the walk through the app, by number; each piece has three. Its code runs: */
const runs = (piece: number): number => 3 * piece;
/** What it has handed out runs: */
const gives = (piece: number): number => 3 * piece + 1;
/** What others have put into it runs: */
const kept = (piece: number): number => 3 * piece + 2;

/** Links the pieces by what they mention and by what may be kept where. Gives all that comes of a piece, nearest first. */
export function linkPieces(
  pieces: readonly Piece[],
  ofCall: ReadonlyMap<AnyNode, Piece>,
  bindings: Bindings,
): (piece: Piece) => readonly Effects[] {
  const numbers = new Map(pieces.flatMap((piece, number) => [[piece.unit ?? piece, number]]));
  const named = (name: string): readonly number[] =>
    bindings.unitsOf(name).flatMap((unit) => numbers.get(unit) ?? []);
  const numberOf = (call: AnyNode): number | undefined => {
    const piece = ofCall.get(call);
    return piece && numbers.get(piece);
  };

  const edges: Edges = pieces.flatMap((piece, number) => [
    [kept(number), ...nextSteps(piece.runs, named)],
    [kept(number), ...nextSteps(piece.gives, named)],
    [],
  ]);
  const effects = pieces.flatMap((piece) => [piece.runs, piece.gives, undefined]);
  const using = effects.flatMap((one, step) => (one && hasUses(one) ? step : []));
  const keepers = findKeepers(pieces, named, numberOf);
  while (linkKeepers(edges, keepers, using)) {
    // What is kept leads on to code that may keep more.
  }

  const mattering = closure(using, reversed(edges));
  const matteringEdges = edges.map((next) => next.filter((step) => mattering.has(step)));
  return (piece) => {
    const first = runs(numbers.get(piece.unit ?? piece) ?? 0);
    const found: Effects[] = [];
    for (const step of closure([first], matteringEdges)) {
      const one = effects[step];
      if (one !== undefined && hasUses(one)) found.push(one);
    }
    return found;
  };
}

function hasUses({ uses, wholes }: Effects): boolean {
  return uses.length > 0 || wholes.length > 0;
}

function nextSteps(
  { names, results }: Effects,
  named: (name: string) => readonly number[],
): readonly number[] {
  return [
    ...[...names].flatMap((name) => named(name).map(runs)),
    ...[...results].flatMap((name) => named(name).map(gives)),
  ];
}

/** By the piece that something may be kept in: the steps that may do so. */
type Keepers = ReadonlyMap<number, ReadonlySet<number>>;

function findKeepers(
  pieces: readonly Piece[],
  named: (name: string) => readonly number[],
  numberOf: (call: AnyNode) => number | undefined,
): Keepers {
  const keepers = new Map<number, Set<number>>();
  const add = (keeper: number, step: number): void => {
    keepers.set(keeper, (keepers.get(keeper) ?? new Set()).add(step));
  };
  const addTouched = (number: number, step: number, { touches }: Effects): void => {
    for (const [name, weight] of touches) {
      for (const touched of name === "this" ? [number] : named(name))
        if (weight >= threshold(pieces[touched])) add(touched, step);
    }
  };
  for (const [number, piece] of pieces.entries()) {
    addTouched(number, runs(number), piece.runs);
    addTouched(number, gives(number), piece.gives);
    const declared = piece.calls.flatMap(({ node }) => numberOf(node) ?? []);
    for (const inner of declared) {
      if (inner === number) continue;
      // A handler has in reach what the code around it has, its parameters say; handlers there share its variables.
      for (const step of [runs(number), gives(number), ...declared.map(runs)]) add(inner, step);
    }
  }
  return keepers;
}

function threshold(piece: Piece | undefined): number {
  return piece?.unit === undefined || piece.isHoldfasts ? keepsFrom.constant : keepsFrom[piece.unit.kind];
}

/** Who leads to code that may keep something somewhere may have handed over what is kept. Whether that is news. */
function linkKeepers(edges: Edges, keepers: Keepers, using: readonly number[]): boolean {
  const previous = reversed(edges);
  const mattering = closure(using, previous);
  let isNews = false;
  for (const [keeper, steps] of keepers) {
    const known = new Set(edges[kept(keeper)]);
    for (const step of closure([...steps], previous)) {
      const giver = step % 3 === 2 ? undefined : gives(Math.floor(step / 3));
      if (giver === undefined || known.has(giver) || !mattering.has(giver)) continue;
      known.add(giver);
      isNews = true;
    }
    // In the order of the code, whatever was found first.
    edges[kept(keeper)] = [...known].toSorted((a, b) => a - b);
  }
  return isNews;
}
