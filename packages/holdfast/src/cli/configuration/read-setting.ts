import type { Findings } from "./findings.ts";
import type { Given, GivenEntry, Where } from "./given.ts";
import type { ScalarKind } from "./kinds.ts";
import type { SettingPath } from "./setting-path.ts";
import { settingOf } from "./settings.ts";

/** A setting that somebody set. */
export interface Said {
  readonly path: SettingPath;
  readonly where: Where;
  /** Absent: what was said cannot be used, which is among the findings. */
  readonly value?: unknown;
  /** Whether it is added to the map that counted before, in whose place it comes otherwise. */
  readonly isEntry?: true;
}

/** Makes a setting of what was given for it. */
export function readSetting(path: SettingPath, given: Given, findings: Findings): Said {
  const value = new SettingReader(path, findings).read(given);
  return { path, where: given.where, ...(value !== undefined && { value }) };
}

class SettingReader {
  readonly #path: SettingPath;
  readonly #findings: Findings;

  constructor(path: SettingPath, findings: Findings) {
    this.#path = path;
    this.#findings = findings;
  }

  read(given: Given): unknown {
    const { kind } = settingOf(this.#path);
    if (kind.shape === "scalar") return this.#scalar(kind, given);
    if (kind.shape === "list") return this.#list(kind.item, given);
    return this.#map(kind, given);
  }

  #scalar<T>(kind: ScalarKind<T>, given: Given): T | undefined {
    const value = given.kind === "text" ? kind.parse(given.text, given.where.folder) : undefined;
    if (value === undefined)
      this.#findings.error(given.where, `${given.where.name} cannot be ${this.#show(given)}`, give(kind));
    return value;
  }

  #list(kind: ScalarKind<unknown>, given: Given): readonly unknown[] | undefined {
    if (given.kind !== "list") return this.#refuse(given, `Give a list; each entry is ${kind.allowed}.`);
    const values = given.items.map((item) => this.#scalar(kind, item));
    return values.includes(undefined) ? undefined : values;
  }

  #map(
    { key, value }: { readonly key: ScalarKind<string>; readonly value: ScalarKind<unknown> },
    given: Given,
  ): Readonly<Record<string, unknown>> | undefined {
    if (given.kind !== "map")
      return this.#refuse(given, `Give a map; each name is ${key.allowed}, each value ${value.allowed}.`);
    const entries = given.entries.map(
      (entry) => [this.#key(key, entry, given.where), this.#scalar(value, entry.value)] as const,
    );
    return entries.some((entry) => entry.includes(undefined)) ? undefined : Object.fromEntries(entries);
  }

  /** Where a value holds a =, as keys in base64 do, a part of it may have been taken for a name. */
  #key(kind: ScalarKind<string>, { name, where }: GivenEntry, whole: Where): string | undefined {
    const read = kind.parse(name, where.folder);
    if (read !== undefined) return read;
    const shown = this.#isSecret ? "a name that is not shown" : `the name ${quote(name)}`;
    this.#findings.error(where, `${whole.name} cannot have ${shown}`, give(kind));
    return undefined;
  }

  #refuse(given: Given, hint: string): undefined {
    this.#findings.error(given.where, `${given.where.name} cannot be ${this.#show(given)}`, hint);
  }

  get #isSecret(): boolean {
    return settingOf(this.#path).isSecret === true;
  }

  #show(given: Given): string {
    if (given.kind === "nothing") return "empty";
    if (given.kind !== "text") return `a ${given.kind}`;
    // What comes before an @ in a URL may be a password.
    const isHidden = this.#isSecret || /[:/].*@/s.test(given.text);
    return isHidden ? "what it is, which is not shown" : quote(given.text);
  }
}

function give(kind: ScalarKind<unknown>): string {
  return `Give ${kind.allowed}.`;
}

export function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
