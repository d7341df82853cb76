import type { AnyNode, Pattern } from "acorn";
import { splitResource } from "../../../model/operations.ts";
import { isPlainCallOf, type PlacedCall } from "./declarations.ts";
import type { Mention, Mentions } from "./mentions.ts";
import { operationOf } from "./operations.ts";
import { createdByPackage, createdUnnamed } from "./reasons.ts";
import { boundNames } from "./syntax.ts";
import type { Unit } from "./units.ts";

/** A resource, and the call that declares it. */
export interface PlacedResource extends PlacedCall {
  readonly resource: string;
  /** Holdfast's own method is called: what it returns is the resource, and nothing else gets hold of it. */
  readonly isPlain: boolean;
}

/** A name that stands for something where `start <= position < end`. */
interface Binding {
  readonly resource: string;
  /** The name stands for something that may hold the resource, and need not be it. */
  readonly holder: boolean;
  readonly start: number;
  readonly end: number;
}

/** What names stand for. esbuild gives no inner name that of the top level, so a name and its place tell. */
export class Bindings {
  readonly units: readonly Unit[];
  readonly #unitsByName: ReadonlyMap<string, readonly Unit[]>;
  readonly #resources = new Map<string, Binding[]>();
  readonly #rooms = new Map<string, Binding[]>();
  readonly #created = new Map<AnyNode, { resource: string; reason: string }[]>();

  constructor(units: readonly Unit[], resources: readonly PlacedResource[]) {
    this.units = units;
    this.#unitsByName = unitsByName(units);
    for (const one of resources) this.#addResource(one);
  }

  resources({ name, at }: Mention): readonly Binding[] {
    return bindingsAt(this.#resources, name, at);
  }

  /** The WebSocket APIs of the rooms that a name stands for. */
  rooms({ name, at }: Mention): readonly string[] {
    return bindingsAt(this.#rooms, name, at).map(({ resource }) => resource);
  }

  /** Resources that a call declares, and that anything may get hold of. */
  created(call: AnyNode): readonly { readonly resource: string; readonly reason: string }[] {
    return this.#created.get(call) ?? [];
  }

  isImport(name: string): boolean {
    return this.#unitsByName.get(name)?.some(({ kind }) => kind === "import") === true;
  }

  hasCode(name: string): boolean {
    return this.#unitsByName.get(name)?.some(({ kind }) => kind !== "import" && kind !== "constant") === true;
  }

  unitsOf(name: string): readonly Unit[] {
    return this.#unitsByName.get(name) ?? [];
  }

  /** Follows `const lobby = ws.room("lobby")`. */
  addRooms({ names }: Mentions): void {
    for (const mention of names) {
      const { member, result, at } = mention;
      if (member !== "room" || result?.name === undefined) continue;
      for (const { resource, holder } of this.resources(mention)) {
        if (holder || operationOf(resource, member) !== "room") continue;
        this.#bind(this.#rooms, result.name, { resource, holder, at });
      }
    }
  }

  #addResource({ resource, call, parents, isPlain }: PlacedResource): void {
    const pattern = assignedPattern(parents);
    const names = pattern === undefined ? [] : boundNames(pattern);
    const isNamed = isPlain && pattern?.type === "Identifier";
    for (const name of isNamed || !isPlain ? names : [])
      this.#bind(this.#resources, name, { resource, holder: !isPlain, at: call.start });
    if (isNamed) return;
    const created = { resource, reason: isPlain ? createdUnnamed : createdByPackage };
    this.#created.set(call, [...(this.#created.get(call) ?? []), created]);
  }

  #bind(
    bindings: Map<string, Binding[]>,
    name: string,
    { resource, holder, at }: { resource: string; holder: boolean; at: number },
  ): void {
    const scope = this.#unitsByName.has(name)
      ? undefined
      : this.units.find(({ start, end }) => start <= at && at < end);
    const { start, end } = scope ?? { start: 0, end: Number.POSITIVE_INFINITY };
    bindings.set(name, [...(bindings.get(name) ?? []), { resource, holder, start, end }]);
  }
}

export function placeResource(resource: string, isDirect: boolean, placed: PlacedCall): PlacedResource {
  const { kind } = splitResource(resource);
  return { ...placed, resource, isPlain: isDirect && isPlainCallOf(placed.call, (name) => name === kind) };
}

/** What the value of an expression is given to, when that is all that becomes of it. */
export function assignedPattern(parents: readonly AnyNode[]): Pattern | undefined {
  let at = parents.length - 1;
  while (parents[at]?.type === "AwaitExpression") at -= 1;
  const around = parents[at];
  if (around?.type === "VariableDeclarator") return around.id;
  if (around?.type !== "AssignmentExpression" || around.operator !== "=") return undefined;
  return parents[at - 1]?.type === "ExpressionStatement" ? around.left : undefined;
}

function unitsByName(units: readonly Unit[]): ReadonlyMap<string, readonly Unit[]> {
  const byName = new Map<string, Unit[]>();
  for (const unit of units) {
    for (const name of unit.names) {
      const known = byName.get(name);
      if (known === undefined) byName.set(name, [unit]);
      else known.push(unit);
    }
  }
  return byName;
}

function bindingsAt(
  bindings: ReadonlyMap<string, readonly Binding[]>,
  name: string,
  at: number,
): readonly Binding[] {
  return (bindings.get(name) ?? []).filter(({ start, end }) => start <= at && at < end);
}
