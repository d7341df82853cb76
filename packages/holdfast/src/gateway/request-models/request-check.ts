import type { Route, WebSocketApi } from "../../model/app-model.ts";
import { parseSelectionExpression, selectRouteKey } from "../../model/selection-expression.ts";
import { ModelSchemas, type SchemaCheck } from "./model-schemas.ts";

/** Looks at a message before its integration does. Says what is wrong, for the log; the client hears "Bad request body". */
export type RequestCheck = (body: string) => string | undefined;

/** Compiles the checks of an API's routes; throws `MODEL_SCHEMA_INVALID` or `EXPRESSION_INVALID`. */
export class RequestChecks {
  readonly #api: WebSocketApi;
  /** Absent where there is nothing to compile, which most starts have no time for. */
  readonly #schemas: ModelSchemas | undefined;

  constructor(api: WebSocketApi) {
    this.#api = api;
    const models = api.models.filter(({ enforcedBy }) => enforcedBy === "gateway");
    this.#schemas = models.length === 0 ? undefined : new ModelSchemas(models);
  }

  /**
   * The check of one route, if it has any. API Gateway looks at messages only where a model selection expression says
   * by which model; one that selects none, where there is no `$default` either, turns the message away (documented).
   */
  compile(route: Route): RequestCheck | undefined {
    const { modelSelectionExpression, requestModels } = route;
    const names = Object.values(requestModels);
    if (modelSelectionExpression === undefined) return undefined;
    if (names.length > 0 && names.every((name) => !this.#isOurs(name))) return undefined;
    const expression = parseSelectionExpression(modelSelectionExpression);
    const checks = new Map(Object.entries(requestModels).map(([key, name]) => [key, this.#checkBy(name)]));
    return (body) => {
      const key = selectRouteKey(expression, body);
      if (key === undefined) return "it is not JSON";
      const check = checks.get(key) ?? checks.get("$default");
      if (check === undefined)
        return `${expression.text} selects the model "${key.slice(0, 100)}", which the route does not have`;
      return check(JSON.parse(body));
    };
  }

  /** Models that the function enforces by itself are none of the gateway's business. */
  #isOurs(name: string): boolean {
    return this.#api.models.find((model) => model.name === name)?.enforcedBy !== "function";
  }

  #checkBy(name: string): SchemaCheck {
    if (!this.#isOurs(name)) return () => undefined;
    return (this.#schemas ?? new ModelSchemas([])).compile(name);
  }
}
