import { expect, test } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { StartGate } from "./start-gate.ts";

/** Whoever has come in, by name, and how each leaves. */
function openGate(maximum: number) {
  const clock = new ManualClock();
  const gate = new StartGate(clock, maximum);
  const inside: string[] = [];
  const leave = new Map<string, () => void>();
  const enter = async (name: string): Promise<void> => {
    leave.set(name, await gate.enter());
    inside.push(name);
  };
  return { clock, inside, enter, leave: (name: string) => leave.get(name)?.() };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("so many come in at a time, the others in order of arrival", async () => {
  const { inside, enter, leave } = openGate(2);
  for (const name of ["a", "b", "c", "d"]) void enter(name);
  await turn();
  expect(inside).toEqual(["a", "b"]);
  leave("b");
  leave("b");
  await turn();
  expect(inside).toEqual(["a", "b", "c"]);
  leave("a");
  await turn();
  expect(inside).toEqual(["a", "b", "c", "d"]);
});

test("who stays for long makes way for others, and leaves once", async () => {
  const { clock, inside, enter, leave } = openGate(1);
  for (const name of ["slow", "next", "last"]) void enter(name);
  await turn();
  clock.advance(1_000);
  await turn();
  expect(inside).toEqual(["slow", "next"]);
  leave("slow");
  await turn();
  expect(inside).toEqual(["slow", "next"]);
});
