/**
 * Half an hour of 10,000 sockets and 2,000 messages a second at `holdfast serve`: no mistake, and memory and file
 * descriptors stay flat. `node bench/soak.ts [minutes]`; exits with 1 where one of them does not hold.
 */
import { growth, runSoak } from "../packages/holdfast/test/soak/run-soak.ts";

const minutes = Number(process.argv[2] ?? 30);
const printEverySeconds = 30;
let printedAt = -Infinity;
const report = await runSoak({
  sockets: 10_000,
  messagesPerSecond: 2000,
  seconds: minutes * 60,
  warmUp: { seconds: Math.min(300, minutes * 20), messagesPerSecond: 2000 },
  onSample: ({ atSeconds, residentMb, descriptors }) => {
    if (atSeconds - printedAt < printEverySeconds) return;
    printedAt = atSeconds;
    console.log(
      `${(atSeconds / 60).toFixed(1).padStart(6)} min  ${residentMb.toFixed(0)} MB  ${descriptors} descriptors`,
    );
  },
});
const { clients, samples, errorLines, exitCode } = report;
const memory = growth(samples, "residentMb");
const descriptors = growth(samples, "descriptors");
console.log(
  `${clients.answered} of ${clients.sent} messages answered, p50 ${clients.p50Ms.toFixed(1)} ms, p99 ${clients.p99Ms.toFixed(1)} ms`,
);
console.log(`Memory: ${memory.map((mb) => `${mb.toFixed(0)} MB`).join(" → ")}`);
console.log(`Descriptors: ${descriptors.map((count) => count.toFixed(0)).join(" → ")}`);
const mistakes = [
  ...clients.examples,
  ...errorLines.map((line) => JSON.stringify(line)),
  ...(exitCode === 0 ? [] : [`The server ended with ${exitCode}`]),
  ...(memory[1] > memory[0] * 1.1 ? ["Memory grew by more than a tenth"] : []),
  ...(Math.abs(descriptors[1] - descriptors[0]) > 10 ? ["The number of descriptors changed"] : []),
];
for (const mistake of mistakes) console.error(mistake);
process.exitCode = mistakes.length === 0 ? 0 : 1;
