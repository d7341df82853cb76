import { readFile } from "node:fs/promises";
import type { TestApp } from "holdfast/testing";
import { openClient, type Client } from "../../packages/holdfast/test/support/holdfast.ts";

/** What each client received, and in the end how it was closed: by the transcript, and in fact. */
export interface Replayed {
  readonly expected: Readonly<Record<string, readonly string[]>>;
  readonly received: Readonly<Record<string, readonly string[]>>;
}

/**
 * Replays a transcript over real sockets. A line each:
 *
 *     Ann opens /chat/Ann?age=20      a path of the app's, or nothing for its first API
 *     Ann > hello                     Ann sends
 *     Bob < Ann: hello                Bob's next message, byte for byte
 *     Bob closes
 *     Eve is closed with 1003 Username already exists.
 *
 * `$1` and the like stand for what is not known beforehand, such as a connection's id, and for the same from then on.
 */
export async function replay(app: TestApp, transcript: URL): Promise<Replayed> {
  const lines = (await readFile(transcript, "utf8")).split("\n").filter((line) => /^[^#\s]/.test(line));
  const clients = new Map<string, Client>();
  const expected: Record<string, string[]> = {};
  const ends: Record<string, string[]> = {};
  const known = new Map<string, string>();
  for (const line of lines) {
    const [, who = "", what = "", rest = ""] =
      /^(\w+) (opens|>|<|closes|is closed with) ?(.*)$/.exec(line) ?? [];
    if (what === "opens") {
      clients.set(who, await openClient(rest === "" ? app.url() : new URL(rest, app.url()).href));
      expected[who] = [];
      continue;
    }
    const client = clients.get(who);
    if (client === undefined) throw new Error(`Nobody can make sense of: ${line}`);
    if (what === ">") client.socket.send(rest);
    if (what === "closes") client.socket.close(1000);
    if (what === "<") expected[who]?.push(fillIn(rest, await client.next(), known));
    if (what === "is closed with") {
      const { code, reason } = await client.closed;
      expected[who]?.push(rest);
      ends[who] = [`${code} ${reason}`];
    }
  }
  const received = [...clients].map(([who, { messages }]) => [who, [...messages, ...(ends[who] ?? [])]]);
  return { expected, received: Object.fromEntries(received) as Replayed["received"] };
}

/** The pattern with its variables' values; one that has none yet gets it from the message. */
function fillIn(pattern: string, message: string, known: Map<string, string>): string {
  const [variable = ""] = /\$\d/.exec(pattern) ?? [];
  if (variable !== "" && !known.has(variable)) {
    const [before = "", after = ""] = pattern.split(variable);
    known.set(variable, message.slice(before.length, message.length - after.length));
  }
  return pattern.replaceAll(/\$\d/g, (name) => known.get(name) ?? name);
}
