import type * as Sqlite from "node:sqlite";

/** Node's SQLite, without the warning of Node 22 that it is experimental; other warnings are shown. */
export function loadSqlite(): typeof Sqlite {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = ((...warning: readonly unknown[]) => {
    if (!isAboutSqlite(warning)) Reflect.apply(emitWarning, undefined, warning);
  }) as typeof emitWarning;
  try {
    return process.getBuiltinModule("node:sqlite");
  } finally {
    process.emitWarning = emitWarning;
  }
}

function isAboutSqlite([message, type]: readonly unknown[]): boolean {
  return type === "ExperimentalWarning" && String(message).startsWith("SQLite is an experimental feature");
}
