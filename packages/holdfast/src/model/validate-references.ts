import { errorAbout, type Finding } from "./finding.ts";
import type { Inventory, Located } from "./inventory.ts";
import { receiverOf } from "./receivers.ts";

/** Names that lead nowhere. */
export function checkReferences(inventory: Inventory): readonly Finding[] {
  return [
    ...checkFunctionReferences(inventory),
    ...checkReceivers(inventory),
    ...checkSources(inventory),
    ...checkRouteReferences(inventory),
  ];
}

function checkFunctionReferences(inventory: Inventory): readonly Finding[] {
  const known = namesOf(inventory.functions);
  const check = (located: Located<unknown>, name: string): readonly Finding[] =>
    known.has(name) ? [] : [unknown(located, `the function "${name}"`)];
  return [
    ...inventory.routes.flatMap((route) =>
      route.value.integration.kind === "function" ? check(route, route.value.integration.function) : [],
    ),
    ...inventory.webSocketApis.flatMap((one) =>
      one.value.onOpen === undefined ? [] : check(one, one.value.onOpen),
    ),
    ...inventory.authorizers.flatMap((one) => check(one, one.value.function)),
    ...inventory.httpRoutes.flatMap((one) => check(one, one.value.function)),
    ...inventory.schedules.flatMap((one) => check(one, one.value.function)),
    ...inventory.eventSources.flatMap((one) => check(one, one.value.function)),
    ...inventory.eventRules.flatMap((one) => one.value.targets.flatMap((to) => check(one, to.function))),
    ...inventory.services.flatMap((one) => check(one, one.value.function)),
    ...inventory.resources.flatMap((one) =>
      one.value.implementations.flatMap((by) => check(one, by.function)),
    ),
  ];
}

/** Whom buckets and topics tell. */
function checkReceivers(inventory: Inventory): readonly Finding[] {
  const known = {
    function: namesOf(inventory.functions),
    queue: namesOf(inventory.queues),
    topic: namesOf(inventory.topics),
  };
  const check = (located: Located<unknown>, { kind, name }: ReturnType<typeof receiverOf>) =>
    kind === "url" || known[kind].has(name) ? [] : [unknown(located, `the ${kind} "${name}"`)];
  return [
    ...inventory.buckets.flatMap((one) =>
      one.value.notifications.flatMap((to) => check(one, receiverOf(to))),
    ),
    ...inventory.topics.flatMap((one) =>
      one.value.subscribers.flatMap((to) => [
        ...check(one, receiverOf(to)),
        ...(to.deadLetterQueue === undefined ? [] : check(one, { kind: "queue", name: to.deadLetterQueue })),
      ]),
    ),
  ];
}

/** Where events and dead letters come from and go to. */
function checkSources(inventory: Inventory): readonly Finding[] {
  const queues = namesOf(inventory.queues);
  return [
    ...inventory.eventSources.flatMap((one) => {
      const { source } = one.value;
      if (source.kind === "queue")
        return queues.has(source.queue) ? [] : [unknown(one, `the queue "${source.queue}"`)];
      const table = inventory.tables.find(({ value }) => value.name === source.table);
      if (table === undefined) return [unknown(one, `the table "${source.table}"`)];
      return table.value.stream === undefined ? [unknown(one, `the stream of ${table.title}`)] : [];
    }),
    ...inventory.queues.flatMap((one) => {
      const to = one.value.deadLetter?.queue;
      return to === undefined || queues.has(to) ? [] : [unknown(one, `the queue "${to}"`)];
    }),
  ];
}

function checkRouteReferences({ routes }: Inventory): readonly Finding[] {
  return routes.flatMap((route) => {
    const { authorizers, models } = route.parent.value;
    const { authorization, requestModels } = route.value;
    const authorizer = authorization.kind === "authorizer" ? [authorization.authorizer] : [];
    return [
      ...authorizer
        .filter((name) => !authorizers.some((one) => one.name === name))
        .map((name) => unknown(route, `the authorizer "${name}"`)),
      ...Object.values(requestModels)
        .filter((name) => !models.some((one) => one.name === name))
        .map((name) => unknown(route, `the request model "${name}"`)),
    ];
  });
}

function namesOf(things: readonly Located<{ readonly name: string }>[]): ReadonlySet<string> {
  return new Set(things.map(({ value }) => value.name));
}

function unknown(located: Located<unknown>, what: string): Finding {
  return errorAbout(
    located,
    "REFERENCE_UNKNOWN",
    `${located.title} refers to ${what}, which is not declared`,
  );
}
