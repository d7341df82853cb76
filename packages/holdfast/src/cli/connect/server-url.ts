import { HoldfastError } from "../../base/errors.ts";

/**
 * The WebSocket URL a person means: `localhost:3333/dev` gets `ws://` in front, `:3333` is this machine, and a
 * page's `http://` or `https://` becomes `ws://` or `wss://`.
 *
 * @throws HoldfastError OPTION_INVALID for what is no such URL.
 */
export function readServerUrl(given: string): URL {
  const hasScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(given);
  const full = hasScheme ? given : `ws://${given.startsWith(":") ? "localhost" : ""}${given}`;
  const url = URL.parse(full.replace(/^http(s?):/i, "ws$1:"));
  if (url === null || (url.protocol !== "ws:" && url.protocol !== "wss:")) {
    throw new HoldfastError("OPTION_INVALID", `${JSON.stringify(given)} is not the URL of a WebSocket`, {
      hint: "Give something like ws://localhost:3333/dev; without ws:// or wss:// in front, ws:// is meant.",
    });
  }
  // A fragment never goes to a server, and the WebSocket protocol forbids it.
  url.hash = "";
  return url;
}

/** The URL for eyes and logs: what stands before an @ may be a password. */
export function displayUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return shown.href;
}
