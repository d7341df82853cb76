import { errorAbout, type Finding } from "./finding.ts";
import { byParent, repeated, type Inventory, type Located } from "./inventory.ts";

/** Lambda's bound on function names, the tightest of those that the app's names meet on AWS. */
const maximumNameLength = 64;

/** Kinds of things whose names are their own. */
const namedKinds = [
  "webSocketApis",
  "functions",
  "tables",
  "buckets",
  "topics",
  "schedules",
  "states",
  "secrets",
  "services",
  "resources",
  "apiKeys",
  "usagePlans",
] as const satisfies readonly (keyof Inventory)[];

/** Names that cannot be used, and names given twice to things of one kind. */
export function checkNames(inventory: Inventory): readonly Finding[] {
  const kinds: readonly (readonly Located<{ readonly name: string }>[])[] = [
    ...namedKinds.map((kind) => inventory[kind]),
    ...byParent(inventory.authorizers),
    ...byParent(inventory.models),
  ];
  const named = [inventory.app, ...kinds.flat(), ...inventory.indexes];
  return [
    ...named.flatMap(checkForm),
    ...kinds.flatMap((kind) => repeated(kind, ({ value }) => value.name).map(toDuplicate)),
  ];
}

function checkForm(named: Located<{ readonly name: string }>): readonly Finding[] {
  const { name } = named.value;
  const why = nameProblem(name);
  if (why === undefined) return [];
  return [errorAbout(named, "NAME_INVALID", `The name of ${named.title} cannot be used: ${why}`)];
}

/** Why a name cannot be used; undefined when it can. */
function nameProblem(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name.length > maximumNameLength) return `it is longer than ${maximumNameLength} characters`;
  if (!/^[A-Za-z0-9]/.test(name)) return "it does not start with a letter or digit";
  if (!/^[\w-]+$/.test(name)) return "it holds something other than letters, digits, - and _";
  return undefined;
}

function toDuplicate(named: Located<unknown>): Finding {
  return errorAbout(named, "NAME_DUPLICATE", `There is another ${named.title}`);
}
