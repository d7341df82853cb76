import { HoldfastError } from "../../base/errors.ts";
import { parseTemplate, type TemplateTree } from "./parse-template.ts";
import { Rendering } from "./render-template.ts";
import { placeOf } from "./template-cursor.ts";
import { TemplateFault } from "./template-fault.ts";
import { createInput, createUtil } from "./template-tools.ts";
import { fromJson, type Spend } from "./template-values.ts";

/** A mapping template that was read once and can be rendered any number of times. */
export interface CompiledTemplate {
  readonly text: string;
  readonly tree: TemplateTree;
}

/** API Gateway's quota. */
const maximumTemplateBytes = 300 * 1024;

/** What a template sees. */
export interface TemplateSurroundings {
  /** `$input.body`; JSON, mostly. */
  readonly body: string;
  /** `$context`: plain data. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly stageVariables: Readonly<Record<string, string>>;
}

/**
 * Reads a mapping template: Velocity 1, without the directives that load files. Throws `HoldfastError`
 * `MAPPING_TEMPLATE_INVALID` with line and column.
 */
export function compileTemplate(text: string): CompiledTemplate {
  if (Buffer.byteLength(text) > maximumTemplateBytes)
    throw new HoldfastError(
      "MAPPING_TEMPLATE_INVALID",
      `A mapping template has more than ${maximumTemplateBytes} bytes`,
    );
  return { text, tree: parseTemplate(text) };
}

/**
 * Renders a template. Throws `HoldfastError` `MAPPING_TEMPLATE_FAILED`, with line and column, for what cannot be computed and
 * for a rendering that takes too many steps or becomes too long.
 */
export function render({ text, tree }: CompiledTemplate, surroundings: TemplateSurroundings): string {
  const { body, context, stageVariables } = surroundings;
  const rendering = new Rendering(tree);
  const spend: Spend = (steps) => rendering.spend(steps);
  try {
    return rendering.run(
      new Map([
        ["input", createInput(body, spend)],
        ["util", createUtil(spend)],
        ["context", fromJson(context, spend)],
        ["stageVariables", fromJson(stageVariables, spend)],
      ]),
    );
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error;
    const place = placeOf(text, rendering.at);
    throw new HoldfastError(
      "MAPPING_TEMPLATE_FAILED",
      `The mapping template failed at ${place}: ${error.message}`,
    );
  }
}
