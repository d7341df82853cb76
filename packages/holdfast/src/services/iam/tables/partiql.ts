/** What a PartiQL statement is about. */
export interface StatementSubject {
  readonly action: string;
  readonly table?: string;
  readonly index?: string;
}

const name = String.raw`(?:"(?<table>[^"]+)"|(?<plain>[\w-]+))(?:\s*\.\s*"(?<index>[^"]+)")?`;
/** Up to the first FROM that is a word of the statement's own: quoted names and texts are passed over whole. */
const projection = String.raw`(?:[^'"]|'[^']*'|"[^"]*")*?`;
const patterns: readonly (readonly [action: string, pattern: RegExp])[] = [
  ["dynamodb:PartiQLSelect", new RegExp(String.raw`^\s*SELECT\b${projection}\bFROM\s+${name}`, "is")],
  ["dynamodb:PartiQLInsert", new RegExp(String.raw`^\s*INSERT\s+INTO\s+${name}`, "is")],
  ["dynamodb:PartiQLUpdate", new RegExp(String.raw`^\s*UPDATE\s+${name}`, "is")],
  ["dynamodb:PartiQLDelete", new RegExp(String.raw`^\s*DELETE\s+FROM\s+${name}`, "is")],
  [
    "dynamodb:PartiQLSelect",
    new RegExp(String.raw`^\s*EXISTS\s*\(\s*SELECT\b${projection}\bFROM\s+${name}`, "is"),
  ],
];

/** A statement of no known form is about every table; DynamoDB refuses it anyway. */
export function readStatement(statement: string): StatementSubject {
  for (const [action, pattern] of patterns) {
    const { table, plain, index } = pattern.exec(statement)?.groups ?? {};
    const found = table ?? plain;
    if (found !== undefined) return { action, table: found, ...(index !== undefined && { index }) };
  }
  return { action: "dynamodb:PartiQLSelect" };
}
