import { errorCodes } from "../../src/base/error-codes.ts";

/** The text of docs/reference/errors.md. */
export function errorsPage(): string {
  const rows = Object.entries(errorCodes)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([code, { fault, remedy }]) => `| \`${code}\` | ${fault} | ${remedy.replaceAll("|", "\\|")} |`);
  return [
    "# Errors",
    "",
    "Every error has a code. A `user` error is for whoever wrote the app or typed the command to mend: it is shown",
    "without a stack, and a command that ends with it exits with 1. A `system` error is a fault of Holdfast: it is shown",
    "with its stack, and the command exits with 2.",
    "",
    "| code | fault | what to do |",
    "|---|---|---|",
    ...rows,
    "",
    "This page is written from the registry in the source by `npm run docs`.",
    "",
  ].join("\n");
}
