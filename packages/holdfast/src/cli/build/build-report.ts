import type { CommandIo } from "../command-io.ts";
import type { BuildTarget } from "../commands/build.ts";
import { displayPath, formatDiagnostic } from "../output/format-error.ts";
import { stylesFor } from "../output/styles.ts";
import { writeOut } from "../output/write-out.ts";
import type { BuildResult } from "./build-result.ts";

export interface BuildReport {
  reading(app: string): void;
  building(name: string, target: BuildTarget): void;
  built(result: BuildResult & { readonly app: string }, target: BuildTarget): Promise<void>;
}

/** For people: progress on a terminal, warnings, files with their sizes, and what to type next. For machines: one object. */
export function createBuildReport({
  asJson,
  io,
}: {
  readonly asJson: boolean;
  readonly io: CommandIo;
}): BuildReport {
  const { dim, green, bold } = stylesFor(io.stdout, io.env);
  const progress = (text: string): void => {
    if (!asJson && io.stderr.isTTY === true) io.stderr.write(`${stylesFor(io.stderr, io.env).dim(text)}\n`);
  };
  return {
    reading: (app) => progress(`Reading ${displayPath(app, io.cwd)} …`),
    building: (name, target) => progress(`Building ${name} for ${target} …`),
    async built({ app, files, diagnostics, next }, target) {
      if (asJson) {
        const text = JSON.stringify({ event: "built", app, target, files, diagnostics, next });
        return writeOut(io.stdout, `${text}\n`);
      }
      for (const diagnostic of diagnostics)
        io.stderr.write(`${formatDiagnostic(diagnostic, stylesFor(io.stderr, io.env), io.cwd)}\n`);
      const sizes = files.map(({ bytes }) => formatBytes(bytes));
      const width = Math.max(0, ...sizes.map((size) => size.length));
      const lines = [
        `${green("✔")} Built ${bold(app)} for ${target}`,
        ...files.map(
          ({ file }, at) => `  ${dim((sizes[at] ?? "").padStart(width))}  ${displayPath(file, io.cwd)}`,
        ),
        "",
        "Next:",
        ...next.map(({ command, about }) => `  ${bold(command)}  ${dim(`# ${about}`)}`),
      ];
      await writeOut(io.stdout, `${lines.join("\n")}\n`);
    },
  };
}

function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
