/**
 * Where the code of one of our worker threads is: the source beside the module that asks while everything runs from
 * source (Node strips the types), the built file in the same flat folder otherwise.
 */
export function threadEntry(name: string, importMetaUrl: string): URL {
  return new URL(`./${name}${importMetaUrl.endsWith(".ts") ? ".ts" : ".js"}`, importMetaUrl);
}
