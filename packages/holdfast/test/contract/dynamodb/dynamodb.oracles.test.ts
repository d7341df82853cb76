import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { anyCall, comparedTable } from "./dynamodb-calls.ts";
import { compare, show, type Difference } from "./dynamodb-comparison.ts";
import { openDynalite, openMoto, openOwn, type Implementation } from "./dynamodb-oracles.ts";

/** A fixed seed, so that a run says the same twice; `HOLDFAST_SEED` is another, `HOLDFAST_CALLS` makes it longer. */
const numberOfCalls = Number(process.env.HOLDFAST_CALLS ?? 1000);
const seed = Number(process.env.HOLDFAST_SEED ?? 1);

describe("the operations answer as another implementation of DynamoDB does", () => {
  test("dynalite, to the word", async (context) => {
    const differences = await compareWith(await openDynalite(comparedTable));
    if (differences === undefined)
      return context.skip(
        "dynalite is not installed: npm i --ignore-scripts dynalite, and HOLDFAST_DYNALITE=<folder>",
      );
    const unknown = differences.filter((one) => !differsFromDynalite.some((known) => known.holds(one)));
    expect(unknown.map(show), `seed ${seed}`).toEqual([]);
  });

  test("moto, in what both of them accept", async (context) => {
    const differences = await compareWith(await openMoto(comparedTable));
    if (differences === undefined) return context.skip("python3 has no moto");
    // moto refuses and accepts otherwise, and says so otherwise: only what is read and written is compared.
    const unknown = differences.filter(
      (one) => one.own.ok && one.theirs.ok && !differsFromMoto.some((known) => known.holds(one)),
    );
    expect(unknown.map(show), `seed ${seed}`).toEqual([]);
  });
});

async function compareWith(theirs: Implementation | undefined): Promise<readonly Difference[] | undefined> {
  if (theirs === undefined) return undefined;
  const own = await openOwn(comparedTable);
  try {
    return await compare(fc.sample(anyCall, { numRuns: numberOfCalls, seed }), own, theirs);
  } finally {
    await Promise.all([own.close(), theirs.close()]);
  }
}

interface KnownDifference {
  readonly why: string;
  readonly holds: (difference: Difference) => boolean;
}

const messageOf = ({ own }: Difference): string => (own.ok ? "" : own.message);
const areBothInvalid = ({ own, theirs }: Difference): boolean =>
  !own.ok && !theirs.ok && own.error === "ValidationException" && theirs.error === own.error;

const differsFromDynalite: readonly KnownDifference[] = [
  {
    why: "DynamoDB says since then which types an ADD or a DELETE takes",
    holds: (one) => areBothInvalid(one) && messageOf(one).includes(", typeSet: ALLOWED_FOR_"),
  },
  {
    why: "of several faults in the operands of one expression another is told",
    holds: (one) => areBothInvalid(one) && / operand|BETWEEN operator/.test(messageOf(one)),
  },
  {
    why: "of several faults that only the item shows another is told",
    holds: (one) =>
      areBothInvalid(one) && /^(?:The document path|The provided expression|An operand)/.test(messageOf(one)),
  },
  {
    why: "dynalite lets literals be compared that have no order",
    holds: (one) => /operator or function: (?:[<>]=?|BETWEEN), operand type/.test(messageOf(one)),
  },
  {
    // dynalite's answer is DynamoDB's as far as is known; what the store makes of it is in `model/update.ts`.
    why: "the store takes nothing away from an item that is absent, not even by a path that leads nowhere",
    holds: ({ own, theirs }) => own.ok && !theirs.ok && theirs.message.startsWith("The document path"),
  },
  {
    why: "dynalite orders what is absent",
    holds: ({ call, own, theirs }) =>
      !own.ok && theirs.ok && / [<>]=? |BETWEEN/.test(String(call.input.ConditionExpression)),
  },
  {
    why: "dynalite finds no null, boolean, set, list or map in a list",
    holds: ({ call }) =>
      /contains\(/.test(`${String(call.input.ConditionExpression)} ${String(call.input.FilterExpression)}`),
  },
  {
    why: "dynalite gives attributes though there are none",
    holds: ({ own, theirs }) =>
      own.ok && theirs.ok && JSON.stringify([own.body, theirs.body]) === '[{},{"Attributes":{}}]',
  },
];

const differsFromMoto: readonly KnownDifference[] = [
  {
    why: "moto gives more than what an update has changed",
    holds: ({ call }) => String(call.input.ReturnValues).startsWith("UPDATED_"),
  },
];
