import type { Clock } from "../../base/clock.ts";
import type { Parameter, Table } from "../../model/app-model.ts";
import type { Item } from "../../model/attribute-value.ts";
import type { TableStore } from "../../ports/table-store.ts";

/** Holds what was put. No table of an app can have this name: a colon is not allowed there. */
export const parametersTable: Table = {
  name: "holdfast:parameters",
  key: { name: "name", type: "string" },
  indexes: [],
  retain: false,
};

export interface StoredParameter extends Parameter {
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly modifiedAtMs: number;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly tier: "Standard" | "Advanced";
  readonly dataType: string;
}

/** What a row says: a parameter, or that it was deleted, and what the app declared then. */
interface Row {
  readonly parameter?: StoredParameter;
  readonly declared?: string;
}

export interface ParameterStoreOptions {
  readonly tables: TableStore;
  /** Those that the app declares, as they are now. */
  readonly declared: () => readonly Parameter[];
  readonly clock: Clock;
}

/**
 * The app's parameters: as it declares them, and as they were put since. What was put stays until the declaration
 * changes, as with a stack that is updated.
 */
export class ParameterStore {
  readonly #options: ParameterStoreOptions;
  readonly #startedAtMs: number;

  constructor(options: ParameterStoreOptions) {
    this.#options = options;
    this.#startedAtMs = options.clock.now();
  }

  async get(name: string): Promise<StoredParameter | undefined> {
    return this.#resolve(name, this.#declared(name), await this.#row(name));
  }

  /** In the order of their names. */
  async all(): Promise<readonly StoredParameter[]> {
    const rows = await this.#rows();
    const declared = new Map(this.#options.declared().map((one) => [one.name, one]));
    const names = [...new Set([...declared.keys(), ...rows.keys()])].toSorted();
    return names.flatMap((name) => this.#resolve(name, declared.get(name), rows.get(name)) ?? []);
  }

  async put(parameter: Omit<StoredParameter, "modifiedAtMs">): Promise<void> {
    const stored = { ...parameter, modifiedAtMs: this.#options.clock.now() };
    await this.#write(parameter.name, { parameter: stored, ...this.#noteOf(parameter.name) });
  }

  /** Tells whether there was one. */
  async delete(name: string): Promise<boolean> {
    if ((await this.get(name)) === undefined) return false;
    const note = this.#noteOf(name);
    if (note.declared !== undefined) await this.#write(name, note);
    else
      await this.#options.tables.write([
        { kind: "delete", table: parametersTable.name, key: { name: { S: name } } },
      ]);
    return true;
  }

  #resolve(name: string, declared: Parameter | undefined, row: Row | undefined): StoredParameter | undefined {
    if (row !== undefined && row.declared === noteOf(declared)) return row.parameter;
    // The app has dropped it, or never had it: what was put by hand stays.
    if (declared === undefined) return row?.parameter;
    const version = row?.parameter === undefined ? 1 : row.parameter.version + 1;
    return {
      ...declared,
      name,
      version,
      modifiedAtMs: this.#startedAtMs,
      tier: "Standard",
      dataType: "text",
    };
  }

  #declared(name: string): Parameter | undefined {
    return this.#options.declared().find((one) => one.name === name);
  }

  #noteOf(name: string): { readonly declared?: string } {
    const declared = noteOf(this.#declared(name));
    return declared === undefined ? {} : { declared };
  }

  async #row(name: string): Promise<Row | undefined> {
    const item = await this.#options.tables.get(parametersTable.name, { name: { S: name } });
    return item && readRow(item);
  }

  async #rows(): Promise<ReadonlyMap<string, Row>> {
    const rows = new Map<string, Row>();
    let start: Item | undefined;
    do {
      const page = await this.#options.tables.scan({
        table: parametersTable.name,
        ...(start !== undefined && { start }),
      });
      for (const item of page.items) {
        const row = readRow(item);
        if (item.name !== undefined && "S" in item.name && row !== undefined) rows.set(item.name.S, row);
      }
      start = page.next;
    } while (start !== undefined);
    return rows;
  }

  async #write(name: string, row: Row): Promise<void> {
    const item: Item = { name: { S: name }, row: { S: JSON.stringify(row) } };
    await this.#options.tables.write([{ kind: "put", table: parametersTable.name, item }]);
  }
}

function noteOf(declared: Parameter | undefined): string | undefined {
  return declared && JSON.stringify([declared.type, declared.value]);
}

function readRow({ row }: Item): Row | undefined {
  return row !== undefined && "S" in row ? (JSON.parse(row.S) as Row) : undefined;
}
