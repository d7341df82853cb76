import fc from "fast-check";
import { expect, test } from "vitest";
import { messageEvent } from "../../test/fixtures/host/host-rig.ts";
import { JobQueue } from "./job-queue.ts";
import type { Job } from "./job.ts";

function jobOf(id: number): Job {
  return { id, functionName: "f", event: messageEvent(), timeoutMs: 1, deadlineMs: id % 7, settle: () => {} };
}

const ids = (jobs: Iterable<Job>): number[] => [...jobs].map(({ id }) => id);

/** The same by an array. */
function createModel() {
  let held: number[] = [];
  const take = (isTaken: (id: number) => boolean): number[] => {
    const taken = held.filter(isTaken);
    held = held.filter((id) => !isTaken(id));
    return taken;
  };
  return {
    push: (id: number): number[] => {
      held.push(id);
      return [];
    },
    shift: () => held.splice(0, 1),
    takeDue: () => take((id) => id % 7 <= 3),
    takeAll: () => take(() => true),
    held: () => held,
  };
}

test("whatever is done to it, it holds what an array would hold, in the same order", () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.constant("push" as const) },
    { weight: 4, arbitrary: fc.constant("shift" as const) },
    fc.constantFrom("takeDue" as const, "takeAll" as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new JobQueue();
      const model = createModel();
      const actions = {
        push: (id: number): Job[] => {
          queue.push(jobOf(id));
          return [];
        },
        shift: () => [queue.shift()].filter((job) => job !== undefined),
        takeDue: () => queue.takeDue(3),
        takeAll: () => queue.takeAll(),
      };
      steps.forEach((action, id) => {
        expect(ids(actions[action](id))).toEqual(model[action](id));
        expect(ids(queue)).toEqual(model.held());
        expect(queue.size).toBe(model.held().length);
      });
    }),
  );
});
