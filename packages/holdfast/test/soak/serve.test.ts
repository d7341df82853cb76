import { expect, test } from "vitest";
import { growth, runSoak } from "./run-soak.ts";

// `node bench/soak.ts` is the same for half an hour.
test.skipIf(process.platform !== "linux")(
  "a server that holds 10,000 sockets and answers 2,000 messages a second keeps its size, and makes no mistake",
  async () => {
    const report = await runSoak({
      sockets: 10_000,
      messagesPerSecond: 2000,
      seconds: 120,
      warmUp: { seconds: 75, messagesPerSecond: 4000 },
    });
    const { clients, samples } = report;
    expect(clients.examples).toEqual([]);
    expect([clients.faults, clients.answered]).toEqual([0, clients.sent]);
    expect(clients.sent).toBeGreaterThan(380_000);
    expect(report.errorLines).toEqual([]);
    const [before, after] = growth(samples, "residentMb");
    const [open, stillOpen] = growth(samples, "descriptors");
    console.log(
      `soak: ${before.toFixed(0)} MB, then ${after.toFixed(0)} MB; ${open.toFixed(0)}, then ${stillOpen.toFixed(0)} descriptors; p99 ${clients.p99Ms.toFixed(1)} ms`,
    );
    expect(after).toBeLessThan(before * 1.1);
    expect(Math.abs(stillOpen - open)).toBeLessThan(10);
    expect(report.exitCode).toBe(0);
  },
);
