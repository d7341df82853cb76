import { HoldfastError } from "../base/errors.ts";

/** The longest part of a faulty expression that the message repeats. */
const shownCharacters = 100;

export function scheduleInvalid(text: string, why: string): HoldfastError {
  const shown = text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
  return new HoldfastError("SCHEDULE_INVALID", `The schedule ${shown} cannot be used: ${why}`);
}
