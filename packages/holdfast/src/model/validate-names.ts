import { errorAbout, type Finding } from "./finding.ts";
import { byParent, repeated, type Inventory, type Located } from "./inventory.ts";

interface NameRule {
  readonly pattern: RegExp;
  readonly characters: string;
  readonly maximumLength: number;
}

/** Lambda's bound on function names, the tightest of those that the app's names meet on AWS. */
const plainRule: NameRule = {
  pattern: /^[\w-]+$/,
  characters: "letters, digits, - and _",
  maximumLength: 64,
};

/** Existing apps have names that only these services allow. */
const rules: Partial<Record<keyof Inventory, NameRule>> = {
  tables: { pattern: /^[\w.-]+$/, characters: "letters, digits, ., - and _", maximumLength: 255 },
  buckets: {
    pattern: /^[\w-]+(\.[\w-]+)*$/,
    characters: "letters, digits, - and _, with single dots between",
    maximumLength: 63,
  },
  topics: { pattern: /^[\w.-]+$/, characters: "letters, digits, ., - and _", maximumLength: 256 },
  queues: { pattern: /^[\w-]+(\.fifo)?$/, characters: "letters, digits, - and _", maximumLength: 80 },
};

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
  "queues",
  "eventRules",
] as const satisfies readonly (keyof Inventory)[];

/** Names that cannot be used, and names given twice to things of one kind. */
export function checkNames(inventory: Inventory): readonly Finding[] {
  const children: readonly (readonly Named[])[] = [
    ...byParent(inventory.authorizers),
    ...byParent(inventory.models),
  ];
  const kinds: readonly (readonly Named[])[] = [...namedKinds.map((kind) => inventory[kind]), ...children];
  return [
    ...[inventory.app, ...children.flat()].flatMap((one) => checkForm(one, plainRule)),
    ...namedKinds.flatMap((kind) =>
      inventory[kind].flatMap((one: Named) => checkForm(one, rules[kind] ?? plainRule)),
    ),
    ...inventory.indexes.flatMap((one) => checkForm(one, rules.tables ?? plainRule)),
    ...kinds.flatMap((kind) => repeated(kind, ({ value }) => value.name).map(toDuplicate)),
  ];
}

type Named = Located<{ readonly name: string }>;

function checkForm(named: Named, rule: NameRule): readonly Finding[] {
  const { name } = named.value;
  const why = nameProblem(name, rule);
  if (why === undefined) return [];
  return [errorAbout(named, "NAME_INVALID", `The name of ${named.title} cannot be used: ${why}`)];
}

/** Why a name cannot be used; undefined when it can. */
function nameProblem(name: string, { pattern, characters, maximumLength }: NameRule): string | undefined {
  if (name === "") return "it is empty";
  if (name.length > maximumLength) return `it is longer than ${maximumLength} characters`;
  if (!/^[A-Za-z0-9]/.test(name)) return "it does not start with a letter or digit";
  if (!pattern.test(name)) return `it holds something other than ${characters}`;
  return undefined;
}

function toDuplicate(named: Located<unknown>): Finding {
  return errorAbout(named, "NAME_DUPLICATE", `There is another ${named.title}`);
}
