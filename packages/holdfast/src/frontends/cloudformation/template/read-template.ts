import type { Diagnostic } from "../../../model/diagnostic.ts";
import { checkExtensions } from "./check-extensions.ts";
import { checkShape } from "./check-shape.ts";
import { expandLoops } from "./expand-loops.ts";
import { isObject, kindOf } from "./json-kinds.ts";
import { createProblems, sortByPlace } from "./problems.ts";
import { readSource } from "./read-source.ts";
import type { ReadTemplate, SourceMap } from "./template.ts";

/** CloudFormation's own limit for templates in S3. */
const maxTemplateBytes = 1024 * 1024;

/**
 * Reads a template from its text: JSON when it begins with `{`, else YAML. Everything that is wrong with its form is
 * reported, in the order of the file; nothing is resolved, but loops (`Fn::ForEach`) are written out.
 *
 * @param given values of parameters, which loops may go over
 */
export function readTemplate(
  text: string,
  file: string,
  given: Readonly<Record<string, string>> = {},
): ReadTemplate {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxTemplateBytes) {
    return notRead({ file, placeOf: () => ({ file }) }, `The template is ${bytes} bytes long`, {
      hint: `CloudFormation takes at most ${maxTemplateBytes}: split it, or move code and data out of it.`,
    });
  }
  const { root, source, faults } = readSource(text, file);
  if (root === undefined) {
    if (faults.length > 0) return { source, diagnostics: sortByPlace(faults) };
    return notRead(source, "The file holds no template");
  }
  if (!isObject(root)) return notRead(source, `A template is a map, not ${kindOf(root)}`, { faults });
  const problems = createProblems(source);
  checkExtensions(root, problems);
  const expanded = expandLoops(root, given, problems);
  const template = checkShape(expanded, problems);
  return { template, source, diagnostics: sortByPlace([...faults, ...problems.diagnostics]) };
}

function notRead(
  source: SourceMap,
  message: string,
  { hint, faults = [] }: { readonly hint?: string; readonly faults?: readonly Diagnostic[] } = {},
): ReadTemplate {
  const diagnostic: Diagnostic = {
    severity: "error",
    code: "TEMPLATE_INVALID",
    message,
    ...(hint !== undefined && { hint }),
    place: source.placeOf([]),
  };
  return { source, diagnostics: [...faults, diagnostic] };
}
