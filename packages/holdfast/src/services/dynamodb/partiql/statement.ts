import type { Item } from "../../../model/attribute-value.ts";
import type { AttributePath, Condition, UpdateAction } from "../../../model/table-request.ts";

/** What a statement says, its parameters put in. Nothing is known of its table yet. */
export type Statement = SelectStatement | ExistsStatement | WriteStatement;
export type WriteStatement = InsertStatement | UpdateStatement | DeleteStatement;

export interface SelectStatement {
  readonly kind: "select";
  readonly table: string;
  readonly index?: string;
  /** Absent for `*`. */
  readonly paths?: readonly AttributePath[];
  readonly where?: Condition;
  readonly order?: readonly Order[];
}

export interface Order {
  readonly path: AttributePath;
  readonly descending: boolean;
}

/** Only in transactions that write. */
export interface ExistsStatement {
  readonly kind: "exists";
  readonly select: SelectStatement;
}

export interface InsertStatement {
  readonly kind: "insert";
  readonly table: string;
  readonly item: Item;
}

export interface UpdateStatement {
  readonly kind: "update";
  readonly table: string;
  readonly actions: readonly UpdateAction[];
  readonly where?: Condition;
  readonly returning?: Returning;
}

export interface DeleteStatement {
  readonly kind: "delete";
  readonly table: string;
  readonly where?: Condition;
  readonly returning?: Returning;
}

/** As `ReturnValues` of UpdateItem names them. */
export type Returning = "ALL_OLD" | "UPDATED_OLD" | "ALL_NEW" | "UPDATED_NEW";
