/** One line of Prometheus's text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Throws for a line that is none. Values of labels stay as they are escaped. */
export function readSamples(text: string): Sample[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const groups = /^(?<name>\w+)(?:\{(?<labels>.*)\})? (?<value>\S+)$/.exec(line)?.groups;
      if (groups?.name === undefined) throw new Error(`No sample: ${line}`);
      const { name, labels = "", value } = groups;
      const pairs = labels.matchAll(/(?<label>\w+)="(?<of>(?:[^"\\]|\\.)*)"/g);
      return {
        name,
        labels: Object.fromEntries(Array.from(pairs, ([, label = "", of = ""]) => [label, of])),
        value: Number(value),
      };
    });
}

/** The sum of a metric's series that have these labels; undefined where there are none. */
export function valueOf(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = readSamples(text).filter(
    (one) =>
      one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
  );
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}

/** Names as `# TYPE` lines tell them, with their types. */
export function metricTypes(text: string): ReadonlyMap<string, string> {
  return new Map(
    Array.from(text.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name = "", type = ""]) => [name, type]),
  );
}
