import type { AttributeType, AttributeValue, Item } from "./attribute-value.ts";

/** Declarative requests to a table, in DynamoDB's terms: plain data that crosses processes and any store can serve. */

/** Names and list positions from the item's top: `["address", "lines", 0]`. */
export type AttributePath = readonly [string, ...(string | number)[]];

export type Operand =
  | { readonly path: AttributePath }
  | { readonly value: AttributeValue }
  /** DynamoDB's `size()`: characters, bytes or members. */
  | { readonly size: AttributePath };

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/**
 * A test on one item. A path that is absent makes a comparison false, as in DynamoDB; save `<>`, which holds unless both
 * sides are there and equal.
 */
export type Condition =
  | { readonly op: "and" | "or"; readonly of: readonly Condition[] }
  | { readonly op: "not"; readonly of: Condition }
  | { readonly op: "exists" | "not-exists"; readonly path: AttributePath }
  | { readonly op: "type"; readonly path: AttributePath; readonly type: AttributeType }
  | { readonly op: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly op: "between"; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly op: "in"; readonly operand: Operand; readonly of: readonly Operand[] }
  | { readonly op: "begins-with" | "contains"; readonly path: AttributePath; readonly operand: Operand };

/** What `set` may store. Paths read the item as it was before the update. */
export type UpdateValue =
  | Operand
  | { readonly ifNotExists: AttributePath; readonly otherwise: UpdateValue }
  | { readonly listAppend: readonly [UpdateValue, UpdateValue] }
  | { readonly plus: readonly [UpdateValue, UpdateValue] }
  | { readonly minus: readonly [UpdateValue, UpdateValue] };

export type UpdateAction =
  | { readonly action: "set"; readonly path: AttributePath; readonly value: UpdateValue }
  | { readonly action: "remove"; readonly path: AttributePath }
  /** Adds to a number (absent counts as 0) or unites a set. */
  | { readonly action: "add"; readonly path: AttributePath; readonly value: AttributeValue }
  /** Takes members out of a set. */
  | { readonly action: "delete"; readonly path: AttributePath; readonly value: AttributeValue };

export type Write =
  | { readonly kind: "put"; readonly table: string; readonly item: Item; readonly condition?: Condition }
  | { readonly kind: "delete"; readonly table: string; readonly key: Item; readonly condition?: Condition }
  | {
      /** Creates the item when it is absent, as DynamoDB's UpdateItem does. */
      readonly kind: "update";
      readonly table: string;
      readonly key: Item;
      readonly actions: readonly UpdateAction[];
      readonly condition?: Condition;
    }
  /** Writes nothing; the condition must hold for the others to happen. */
  | { readonly kind: "check"; readonly table: string; readonly key: Item; readonly condition: Condition };

export interface WriteResult {
  /** The item as it was; absent when there was none. */
  readonly old?: Item;
  /** The item as it is now; absent after a delete and for a check. */
  readonly new?: Item;
}

/** How a sort key is narrowed. */
export type SortCondition =
  | { readonly op: "=" | "<" | "<=" | ">" | ">="; readonly value: AttributeValue }
  | { readonly op: "between"; readonly low: AttributeValue; readonly high: AttributeValue }
  | { readonly op: "begins-with"; readonly value: AttributeValue };

export interface QueryRequest {
  readonly table: string;
  readonly index?: string;
  /** The partition key's value. */
  readonly key: AttributeValue;
  readonly sort?: SortCondition;
  /** Applied after reading, so it narrows a page without refilling it, as in DynamoDB. */
  readonly filter?: Condition;
  readonly descending?: boolean;
  /** The most items read (before the filter). */
  readonly limit?: number;
  /** Where the page before ended: its `next`. */
  readonly start?: Item;
}

export interface ScanRequest {
  readonly table: string;
  readonly index?: string;
  readonly filter?: Condition;
  readonly limit?: number;
  readonly start?: Item;
}

export interface Page {
  readonly items: readonly Item[];
  /** How many were read before the filter. */
  readonly scanned: number;
  /** Keys of the last item read (of the table, and of the index when one was asked); absent at the end. */
  readonly next?: Item;
}

/** One change to one item, after it was committed. */
export interface Change {
  readonly table: string;
  readonly kind: "insert" | "modify" | "remove";
  readonly key: Item;
  readonly old?: Item;
  readonly new?: Item;
  /** Rises by one with every change of the store. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Set when expiry removed it. */
  readonly expired?: true;
}
