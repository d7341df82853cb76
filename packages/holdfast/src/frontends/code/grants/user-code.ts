/** esbuild writes a module's path on a line of its own before the module's code. */
const moduleLine = /^\/\/ (?<module>.*)$/gm;

/**
 * The bundle without Holdfast's own modules and without esbuild's helpers, which stand before the first module. Every
 * line keeps its number. Most of a small app's bundle is Holdfast: not even to parse it makes the analysis quick.
 */
export function leaveOutHoldfast(code: string, isHoldfast: (module: string) => boolean): string {
  const modules = [...code.matchAll(moduleLine)];
  if (modules.length === 0) return code;
  const parts = modules.map(({ index, groups }, at) => {
    const text = code.slice(index, modules[at + 1]?.index ?? code.length);
    return isHoldfast(groups?.module ?? "") ? blank(text) : text;
  });
  return blank(code.slice(0, modules[0]?.index)) + parts.join("");
}

function blank(text: string): string {
  return "\n".repeat(text.split("\n").length - 1);
}
