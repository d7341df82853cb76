import { styleText } from "node:util";
import type { CommandIo } from "../command-io.ts";

type Style = (text: string) => string;

/** The few styles that output uses; all of them plain where colours do not belong. */
export interface Styles {
  readonly bold: Style;
  readonly dim: Style;
  readonly red: Style;
  readonly yellow: Style;
  readonly green: Style;
  readonly cyan: Style;
}

/** Colours only on a terminal, and not where NO_COLOR is set (https://no-color.org). */
export function stylesFor(stream: { readonly isTTY?: boolean }, env: CommandIo["env"]): Styles {
  const coloured = stream.isTTY === true && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
  const style =
    (name: keyof Styles): Style =>
    (text) =>
      coloured ? styleText(name, text, { validateStream: false }) : text;
  return {
    bold: style("bold"),
    dim: style("dim"),
    red: style("red"),
    yellow: style("yellow"),
    green: style("green"),
    cyan: style("cyan"),
  };
}
