/**
 * Connection ids are random, and one in 64 begins with a `-`: as an argument it would be taken for an option. No
 * argument of a process can hold this character.
 */
const shield = "\u0000";

/** The arguments of a command line; before what is a connection id and looks like an option stands a character more. */
export function shieldConnectionIds(args: readonly string[]): readonly string[] {
  if (args[0] !== "send") return args;
  return args.map((argument) => (/^-[\w-]{17}==$/.test(argument) ? shield + argument : argument));
}

/** The argument as it was given. */
export function unshield(argument: string): string {
  return argument.startsWith(shield) ? argument.slice(shield.length) : argument;
}
