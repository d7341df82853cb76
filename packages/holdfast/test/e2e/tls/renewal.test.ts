import { expect, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { startTlsRig } from "./tls-rig.ts";

const dayMs = 24 * 60 * 60 * 1000;

test("a certificate with less than a day left is made anew while the app runs, with a name and without", async () => {
  // In whole seconds, as certificates have it, and so long ago that clients, who have a clock of their own, take both the
  // old certificates and the new.
  let nowMs = Math.floor(Date.now() / 1000) * 1000 - 395 * dayMs;
  await using rig = await startTlsRig({ clock: { ...systemClock, now: () => nowMs } });
  const certificateOf = async (servername?: string) => {
    const socket = await rig.tls(servername === undefined ? {} : { servername });
    const { serialNumber, valid_to: validTo } = socket.getPeerCertificate();
    return { serialNumber, validToMs: Date.parse(validTo) };
  };
  const named = await certificateOf("chat.test");
  const fallback = await certificateOf();
  expect(named.serialNumber).not.toBe(fallback.serialNumber);

  nowMs = Math.min(named.validToMs, fallback.validToMs) - dayMs;
  expect(await certificateOf("chat.test")).toEqual(named);
  expect(await certificateOf()).toEqual(fallback);

  nowMs = Math.max(named.validToMs, fallback.validToMs) - dayMs + 1;
  const renewed = await Promise.all([certificateOf("chat.test"), certificateOf()]);
  for (const { validToMs } of renewed) expect(validToMs).toBeGreaterThan(named.validToMs + 300 * dayMs);
  expect(await Promise.all([certificateOf("chat.test"), certificateOf()])).toEqual(renewed);
});
