import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { plainAddress } from "./address.ts";

/** What `X-Forwarded-*` say of a request. */
export interface Forwarded {
  /** The last one that no trusted proxy is; the first of all where every one is trusted. */
  readonly address: string;
  /** What the client itself had put into `X-Forwarded-For`, which nobody believes. */
  readonly claimed: string;
  readonly secure?: boolean;
  /** The host that was asked for, with its port unless that is the usual one. */
  readonly host?: string;
  readonly port?: number;
}

/**
 * Reads what a trusted peer tells of whoever it passes on. `X-Forwarded-For` is read from its end, where each proxy adds
 * the address that it saw; of the others the last value counts, which is the peer's own.
 */
export function readForwarded(
  headers: IncomingHttpHeaders,
  peer: string,
  isTrusted: (address: string) => boolean,
): Forwarded {
  const hops = valuesOf(headers["x-forwarded-for"]);
  let address = peer;
  while (isTrusted(address)) {
    const next = readAddress(hops.at(-1) ?? "");
    if (next === undefined) break;
    address = next;
    hops.pop();
  }
  const secure = readProtocol(valuesOf(headers["x-forwarded-proto"]).at(-1));
  const port = readPort(valuesOf(headers["x-forwarded-port"]).at(-1));
  const host = readHost(valuesOf(headers["x-forwarded-host"]).at(-1), port, secure === true);
  const reached =
    port ?? portOf(host ?? headers.host) ?? (secure === undefined ? undefined : usualPort(secure));
  return {
    address,
    claimed: hops.join(", "),
    ...(secure !== undefined && { secure }),
    ...(host !== undefined && { host }),
    ...(reached !== undefined && { port: reached }),
  };
}

function valuesOf(header: string | string[] | undefined): string[] {
  return [header ?? []]
    .flat()
    .join(",")
    .split(",")
    .map((value) => value.trim())
    .filter((value) => value !== "");
}

/** `203.0.113.7`, `203.0.113.7:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`. */
function readAddress(text: string): string | undefined {
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  return isIP(bare) === 0 ? undefined : plainAddress(bare);
}

function readProtocol(text: string | undefined): boolean | undefined {
  switch (text?.toLowerCase()) {
    case "https":
    case "wss":
      return true;
    case "http":
    case "ws":
      return false;
    default:
      return undefined;
  }
}

function readPort(text: string | undefined): number | undefined {
  const port = /^\d{1,5}$/.test(text ?? "") ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function readHost(text: string | undefined, port: number | undefined, secure: boolean): string | undefined {
  if (text === undefined || !/^(?:[\w.-]{1,253}|\[[\d.:a-f]+\])(?::\d{1,5})?$/i.test(text)) return undefined;
  if (portOf(text) !== undefined || port === undefined || port === usualPort(secure)) return text;
  return `${text}:${port}`;
}

function portOf(authority: string | undefined): number | undefined {
  return readPort(/:(\d+)$/.exec(authority?.replace(/^\[.*\]/, "") ?? "")?.[1]);
}

function usualPort(secure: boolean): number {
  return secure ? 443 : 80;
}
