import { expect, it } from "vitest";
import type { HeaderPair } from "../model/gateway-event.ts";
import { foreignOrigin, isLocalOrigin } from "./foreign-page.ts";

it.each<[string, readonly HeaderPair[], string | undefined]>([
  ["an SDK", [["Host", "localhost:3333"]], undefined],
  [
    "a page of this host",
    [
      ["Host", "localhost:3333"],
      ["Origin", "http://localhost:3333"],
    ],
    undefined,
  ],
  [
    "a page of another port",
    [
      ["Host", "localhost:3333"],
      ["Origin", "http://localhost:80"],
    ],
    "http://localhost:80",
  ],
  [
    "a page of another site",
    [
      ["Host", "localhost:3333"],
      ["Origin", "https://evil.example"],
    ],
    "https://evil.example",
  ],
  [
    "a page that hides where it is from",
    [
      ["Host", "localhost:3333"],
      ["Origin", "null"],
    ],
    "null",
  ],
  [
    "an image on another site",
    [
      ["Host", "localhost:3333"],
      ["Sec-Fetch-Site", "cross-site"],
    ],
    "another site",
  ],
  [
    "a typed address",
    [
      ["Host", "localhost:3333"],
      ["Sec-Fetch-Site", "none"],
    ],
    undefined,
  ],
])("finds out about %s", (_what, headers, origin) => {
  expect(foreignOrigin(headers)).toBe(origin);
});

it.each([
  ["http://localhost:5173", true],
  ["http://site.s3-website.localhost:3333", true],
  ["http://127.0.0.1:8080", true],
  ["http://[::1]:8080", true],
  ["https://evil.example", false],
  ["http://localhost.evil.example", false],
  ["http://127.0.0.1.nip.io", false],
  ["null", false],
])("%s is of this machine: %s", (origin, isLocal) => {
  expect(isLocalOrigin(origin)).toBe(isLocal);
});
