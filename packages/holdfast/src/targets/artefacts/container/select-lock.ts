/** What `package-lock.json`, of version 3, says of one place in a tree of packages. */
export interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  /** Of a workspace: `resolved` is its folder. */
  readonly link?: boolean;
  readonly dependencies?: Names;
  readonly optionalDependencies?: Names;
  readonly peerDependencies?: Names;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** By the path of the package's folder. */
export type LockEntries = Readonly<Record<string, LockEntry>>;

type Names = Readonly<Record<string, string>>;

export interface LockSelection {
  /** The places in a tree of their own, whose root is the one that wants them. */
  readonly entries: LockEntries;
  /** The places that they were in. */
  readonly sources: ReadonlySet<string>;
}

/** A package, and the folder from which it is looked up. */
export interface Wanted {
  readonly name: string;
  readonly from: string;
}

/**
 * The part of a lock that some packages need, laid out for a root of their own: versions and checksums stay as they are.
 * Throws an `Error` when the lock lacks one.
 */
export function selectLock(lock: LockEntries, wanted: readonly Wanted[]): LockSelection {
  const placed = new Map<string, Placed>();
  const needed: Need[] = wanted.map((one) => ({ ...one, within: "", optional: false, mayLack: false }));
  // What is needed anyway comes first: only the rest is optional.
  const optional: Need[] = [];
  for (const queue of [needed, optional])
    for (const need of queue) {
      const found = place(lock, placed, need);
      if (found === undefined) continue;
      for (const next of needsOf(lock[found.source] ?? {}, found))
        (next.optional ? optional : needed).push(next);
    }
  const entries = [...placed].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    entries: Object.fromEntries(entries.map(([path, one]) => [path, toEntry(lock[one.source] ?? {}, one)])),
    sources: new Set([...placed.values()].map(({ source }) => source)),
  };
}

interface Need {
  readonly name: string;
  /** Where it is looked up from: in the lock that there is, and in the tree that is made. */
  readonly from: string;
  readonly within: string;
  readonly optional: boolean;
  readonly mayLack: boolean;
}

interface Placed {
  readonly source: string;
  readonly path: string;
  readonly optional: boolean;
}

/** Undefined when it is there already, or nowhere and may be. */
function place(lock: LockEntries, placed: Map<string, Placed>, need: Need): Placed | undefined {
  const source = lookUp(need.from, need.name, (path) => lock[path] !== undefined);
  if (source === undefined) {
    if (need.mayLack) return undefined;
    throw new Error(`The lock has no ${need.name}, which ${need.from} needs`);
  }
  const visible = lookUp(need.within, need.name, (path) => placed.has(path));
  if (visible !== undefined && placed.get(visible)?.source === source) return undefined;
  const path = `${visible === undefined || need.within === "" ? "" : `${need.within}/`}node_modules/${need.name}`;
  const one: Placed = { source, path, optional: need.optional };
  placed.set(path, one);
  return one;
}

/** As Node looks: in the `node_modules` of the folder, then of each above it. */
function lookUp(from: string, name: string, isThere: (path: string) => boolean): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/")))) {
    const path = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (isThere(path)) return path;
    if (folder === "") return undefined;
  }
}

function needsOf(entry: LockEntry, { source, path, optional: isOptional }: Placed): readonly Need[] {
  const need = (name: string, optional: boolean): Need => ({
    name,
    from: source,
    within: path,
    optional: optional || isOptional,
    mayLack: optional,
  });
  const {
    dependencies = {},
    optionalDependencies = {},
    peerDependencies = {},
    peerDependenciesMeta = {},
  } = entry;
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [
    ...[...Object.keys(dependencies), ...peers].map((name) => need(name, false)),
    ...Object.keys(optionalDependencies).map((name) => need(name, true)),
  ];
}

function toEntry(entry: LockEntry, { optional }: Placed): LockEntry {
  const {
    dev: _dev,
    peer: _peer,
    devOptional: _devOptional,
    optional: _optional,
    ...rest
  } = entry as LockEntry & Record<"dev" | "peer" | "devOptional" | "optional", unknown>;
  return { ...rest, ...(optional && { optional: true }) };
}
