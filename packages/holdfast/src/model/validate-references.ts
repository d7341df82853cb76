import { errorAbout, type Finding } from "./finding.ts";
import type { Inventory, Located } from "./inventory.ts";

/** Names that lead nowhere: functions, authorizers, request models and the resources of grants. */
export function checkReferences(inventory: Inventory): readonly Finding[] {
  return [
    ...checkFunctionReferences(inventory),
    ...checkRouteReferences(inventory),
    ...checkGrants(inventory),
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
    ...inventory.authorizers.flatMap((one) => check(one, one.value.function)),
    ...inventory.httpRoutes.flatMap((one) => check(one, one.value.function)),
    ...inventory.schedules.flatMap((one) => check(one, one.value.function)),
    ...inventory.buckets.flatMap((one) => one.value.notifications.flatMap((to) => check(one, to.function))),
    ...inventory.topics.flatMap((one) => one.value.subscribers.flatMap((to) => check(one, to.function))),
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

function checkGrants(inventory: Inventory): readonly Finding[] {
  // Other resources, and `*`, are for those to judge who know them.
  const known = new Map<string, ReadonlySet<string>>([
    ["websocket", namesOf(inventory.webSocketApis)],
    ["table", namesOf(inventory.tables)],
    ["bucket", namesOf(inventory.buckets)],
    ["topic", namesOf(inventory.topics)],
    ["function", namesOf(inventory.functions)],
    ["state", namesOf(inventory.states)],
    ["secret", namesOf(inventory.secrets)],
  ]);
  return inventory.functions.flatMap((one) =>
    one.value.grants
      .filter(({ resource }) => {
        const [kind = "", ...name] = resource.split(":");
        return known.get(kind)?.has(name.join(":")) === false;
      })
      .map(({ resource }) => unknown(one, `the resource "${resource}"`)),
  );
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
