import { isSendableCloseCode, maxCloseReasonBytes } from "./close-codes.ts";

/** What a person meant by an entry at the prompt. */
export type TypedEntry =
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "help" }
  | { readonly kind: "ping" }
  | { readonly kind: "close"; readonly code: number; readonly reason: string }
  | { readonly kind: "quit" }
  /** A command that cannot be carried out; `problem` says why, and what would do. */
  | { readonly kind: "mistake"; readonly problem: string };

/** Tells commands from messages. Two slashes at the start send a message that begins with one. */
export function readTypedEntry(entry: string): TypedEntry {
  if (entry.startsWith("//")) return { kind: "message", text: entry.slice(1) };
  if (!entry.startsWith("/")) return { kind: "message", text: entry };
  const [name = "", ...rest] = entry.trim().split(/\s+/);
  if (name === "/close") return readClose(entry.trim().slice(name.length).trim());
  const kind = plainCommands.get(name);
  if (kind === undefined) {
    return { kind: "mistake", problem: `There is no command ${name}; to send it as text, type /${entry}` };
  }
  if (rest.length > 0) return { kind: "mistake", problem: `${name} takes nothing after it` };
  return { kind };
}

export const commandHelp = [
  ["/ping", "send a ping and time the pong"],
  ["/close [code [reason]]", "close with a code (1000 unless given) and a reason"],
  ["/quit", "close and leave, as Ctrl-D does"],
  ["/help", "show this"],
  ["//text", "send a message that begins with a slash"],
  ["{ or [", "JSON over several lines; empty line sends, Ctrl-C drops"],
] as const;

const plainCommands: ReadonlyMap<string, "help" | "ping" | "quit"> = new Map([
  ["/help", "help"],
  ["/ping", "ping"],
  ["/quit", "quit"],
]);

function readClose(argument: string): TypedEntry {
  if (argument === "") return { kind: "close", code: 1000, reason: "" };
  const [, digits = "", reason = ""] = /^(\S+)\s*(.*)$/s.exec(argument) ?? [];
  const code = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  if (!isSendableCloseCode(code)) {
    return { kind: "mistake", problem: `Cannot close with ${digits}: give 1000 to 1014 or 3000 to 4999` };
  }
  const reasonBytes = Buffer.byteLength(reason);
  if (reasonBytes > maxCloseReasonBytes) {
    const problem = `A reason holds at most ${maxCloseReasonBytes} bytes; this one has ${reasonBytes}`;
    return { kind: "mistake", problem };
  }
  return { kind: "close", code, reason };
}
