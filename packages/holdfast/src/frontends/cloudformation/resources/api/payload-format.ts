/** A payload format as it is written; YAML makes a number of 2.0, which is then written 2. */
export function payloadOf(version: string | undefined, otherwise: "1.0" | "2.0"): "1.0" | "2.0" {
  if (version === undefined) return otherwise;
  return Number(version) === 2 ? "2.0" : "1.0";
}
