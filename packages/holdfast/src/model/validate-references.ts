import { errorAbout, type Finding } from "./finding.ts";
import type { Inventory, Located } from "./inventory.ts";

/** Names that lead nowhere: functions, authorizers and request models. */
export function checkReferences(inventory: Inventory): readonly Finding[] {
  return [...checkFunctionReferences(inventory), ...checkRouteReferences(inventory)];
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
    ...inventory.buckets.flatMap((one) => one.value.notifications.flatMap((to) => check(one, to.function))),
    ...inventory.topics.flatMap((one) => one.value.subscribers.flatMap((to) => check(one, to.function))),
    ...inventory.services.flatMap((one) => check(one, one.value.function)),
    ...inventory.resources.flatMap((one) =>
      one.value.implementations.flatMap((by) => check(one, by.function)),
    ),
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
