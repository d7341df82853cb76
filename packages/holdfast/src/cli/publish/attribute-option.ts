import { HoldfastError } from "../../base/errors.ts";

/** Adds `name=value` to the attributes of earlier options. */
export function addAttribute(
  given: string,
  earlier: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(given) ?? [];
  if (name === undefined || value === undefined) {
    throw new HoldfastError("OPTION_INVALID", `--attribute ${JSON.stringify(given)} has no name and value`, {
      hint: "Write it as name=value.",
    });
  }
  return { ...earlier, [name]: value };
}
