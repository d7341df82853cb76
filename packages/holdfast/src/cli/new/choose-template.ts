import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { HoldfastError } from "../../base/errors.ts";
import type { CommandIo } from "../command-io.ts";
import { stylesFor } from "../output/styles.ts";
import { templates, type Template } from "./templates.ts";

/** The template of a name. Throws `TEMPLATE_UNKNOWN`, which lists those there are. */
export function findTemplate(name: string): Template {
  const found = templates.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new HoldfastError("TEMPLATE_UNKNOWN", `There is no template ${JSON.stringify(name)}`, {
    hint: `Choose one of: ${templates.map((one) => one.name).join(", ")}.`,
  });
}

/** Asks a person at a terminal, until the answer is one. Throws `TEMPLATE_UNKNOWN` when they leave. */
export async function askForTemplate(io: CommandIo): Promise<Template> {
  const { bold, dim } = stylesFor(io.stdout, io.env);
  const rows = templates.map(
    ({ name, description }, index) => `  ${index + 1}  ${bold(name.padEnd(21))}${dim(description)}`,
  );
  io.stdout.write(["Which template?", "", ...rows, "", ""].join("\n"));
  const terminal = createInterface({ input: io.stdin, output: io.stdout });
  // Ctrl-C and Ctrl-D make the question fail; an input that ends otherwise leaves it open for ever.
  const left = once(terminal, "close").then(() => undefined);
  const question = `Number or name ${dim(`(${templates[0].name})`)}: `;
  try {
    for (;;) {
      const answer = await Promise.race([terminal.question(question).catch(() => undefined), left]);
      if (answer === undefined) throw new HoldfastError("TEMPLATE_UNKNOWN", "No template was chosen");
      const chosen = readAnswer(answer.trim());
      if (chosen !== undefined) return chosen;
      io.stdout.write("That is none of them.\n");
    }
  } finally {
    terminal.close();
  }
}

function readAnswer(answer: string): Template | undefined {
  if (answer === "") return templates[0];
  return templates.find(({ name }, index) => answer === name || answer === String(index + 1));
}
