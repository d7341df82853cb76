import { parseExpression, type EventTest } from "./pattern-expression.ts";

/**
 * `[ip, user, ..., status = 4*, bytes > 1000]`, of messages whose fields are parted by spaces; what stands in quotes or
 * brackets is one field (documented). `...` takes any number of fields; without it there have to be as many.
 */
export function parseDelimitedPattern(text: string): EventTest<string> | undefined {
  const inner = /^\[(?<inner>[^]*)\]$/.exec(text)?.groups?.inner;
  const written = inner === undefined ? [] : splitFields(inner);
  const gap = written.findIndex(isEllipsis);
  const before = compileFields(gap === -1 ? written : written.slice(0, gap));
  const after = compileFields(gap === -1 ? [] : written.slice(gap + 1));
  if (written.length === 0 || before === undefined || after === undefined) return undefined;
  const least = before.length + after.length;
  return (message) => {
    const values = fieldsOf(message);
    if (gap === -1 ? values.length !== least : values.length < least) return false;
    const last = values.slice(values.length - after.length);
    return (
      before.every((test, at) => test(values[at] ?? "")) && after.every((test, at) => test(last[at] ?? ""))
    );
  };
}

function isEllipsis(field: string): boolean {
  return field === "..." || field === "…";
}

/** At commas outside quotes. */
function splitFields(text: string): string[] {
  return (text.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? []).map((field) => field.trim());
}

function compileFields(fields: readonly string[]): readonly EventTest<string>[] | undefined {
  const tests = fields.flatMap((field) => compileField(field) ?? []);
  return tests.length === fields.length ? tests : undefined;
}

/** A name takes anything; with a condition on it, what fits. */
function compileField(field: string): EventTest<string> | undefined {
  const name = /^(?<name>[\w-]+)/.exec(field)?.groups?.name;
  if (name === undefined) return undefined;
  if (name === field) return () => true;
  return parseExpression<string>(field, {
    subject: (text) => (text === name ? (value) => value : undefined),
  });
}

function fieldsOf(message: string): readonly string[] {
  const fields = message.match(/"(?:[^"\\]|\\.)*"|\[[^\]]*\]|\S+/g) ?? [];
  return fields.map((field) => (/^".*"$|^\[.*\]$/s.test(field) ? field.slice(1, -1) : field));
}
