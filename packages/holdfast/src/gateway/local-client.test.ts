import { expect, it } from "vitest";
import { isLocalClient } from "./local-client.ts";

it.each([
  ["127.0.0.1", "127.0.0.1", true],
  ["127.0.0.9", "127.0.0.1", true],
  ["::1", "::1", true],
  ["::ffff:127.0.0.1", "::ffff:127.0.0.1", true],
  ["192.168.1.5", "192.168.1.5", true],
  ["192.168.1.6", "192.168.1.5", false],
  ["fe80::1", "fe80::2", false],
  [undefined, "127.0.0.1", false],
])("a client at %s, seen from %s: %s", (remoteAddress, localAddress, isLocal) => {
  expect(isLocalClient({ remoteAddress, localAddress })).toBe(isLocal);
});
