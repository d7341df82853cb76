import { Bindings, placeResource, type PlacedResource } from "./bindings.ts";
import { GrantCollection, grantEverything, type Because, type InferredGrant } from "./collection.ts";
import { createCallFinder } from "./declarations.ts";
import { linkPieces } from "./graph.ts";
import { objectKeys } from "./object-keys.ts";
import type { ParsedBundle } from "./parse-bundle.ts";
import { createPieces, placeFunction, type PlacedFunction } from "./pieces.ts";
import { createReplyCheck } from "./reply.ts";
import { cutIntoUnits } from "./units.ts";

/** An app's bundle, and where in it the app declares what. */
export interface GrantSource {
  /** The bundle; undefined when it could not be parsed. */
  readonly parsed: ParsedBundle | undefined;
  /** Subjects (`table:games`, `static:/path`, …) to where they are declared. */
  readonly resources: ReadonlyMap<string, Declared>;
  /** Function names to where their handler is given. */
  readonly functions: ReadonlyMap<string, Declared>;
}

export interface Declared {
  /** Of the call in the bundle that declares, as V8 gives it in a stack. Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  /** Whether Holdfast itself is called there; otherwise a package is, which then calls Holdfast. */
  readonly direct: boolean;
  /** Of a function whose context has `reply`: the API that it sends by, such as `websocket:chat`. */
  readonly replies?: string;
}

export interface Inference {
  readonly grants: ReadonlyMap<string, readonly InferredGrant[]>;
  /** By function: the names of properties that its handler's code makes objects with. */
  readonly objectKeys: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * What each function may do with which resource, as far as the bundle's text tells. Never less than what code does that
 * uses the app's own modules only: where that cannot be told, resources are granted whole, with the reason.
 */
export function inferGrants(source: GrantSource): Inference {
  const everything = (because: Because): Inference => {
    const all = grantEverything(source.resources.keys(), because);
    return {
      grants: new Map([...source.functions.keys()].map((name) => [name, all])),
      objectKeys: new Map(),
    };
  };
  const { parsed } = source;
  if (parsed === undefined) return everything({ line: 1, column: 1, reason: "The bundle cannot be parsed" });
  const { code, program } = parsed;
  const findCall = createCallFinder(program, code);

  const resources: PlacedResource[] = [];
  for (const [resource, { line, column, direct }] of source.resources) {
    const placed = findCall({ line, column });
    // Nothing tells by which name handlers use it.
    if (placed === undefined)
      return everything({ line, column, reason: `Nothing here declares ${resource}` });
    resources.push(placeResource(resource, direct, placed));
  }
  const functions = new Map<string, PlacedFunction>();
  for (const [name, { line, column, direct }] of source.functions) {
    const placed = findCall({ line, column });
    if (placed === undefined) return everything({ line, column, reason: `Nothing here declares ${name}` });
    functions.set(name, placeFunction(direct, placed));
  }

  const bindings = new Bindings(cutIntoUnits(program), resources);
  const { pieces, ofCall } = createPieces(bindings, resources, [...functions.values()]);
  const effectsFrom = linkPieces(pieces, ofCall, bindings);
  const mayReply = createReplyCheck(pieces, bindings);
  const grants = [...functions].map(([name, placed]): [string, readonly InferredGrant[]] => {
    const collection = new GrantCollection([...source.resources.keys()], code);
    const piece = ofCall.get(placed.call);
    for (const effects of piece === undefined ? [] : effectsFrom(piece)) collection.add(effects);
    const replies = source.functions.get(name)?.replies;
    if (replies !== undefined && mayReply(placed)) collection.allow(replies, "send");
    return [name, collection.grants()];
  });
  return {
    grants: new Map(grants),
    objectKeys: new Map([...functions].map(([name, placed]) => [name, objectKeys(placed)])),
  };
}
