import { httpFunctionName } from "../model/names.ts";
import { httpFunction, type HttpHandler } from "../runtime/http-handlers.ts";
import { withOptions, type FunctionOptions, type Registry } from "./registry.ts";

/** Adds a route; `options` say how its handler runs. */
export interface AddHttpRoute {
  (path: string, handler: HttpHandler): void;
  (path: string, options: FunctionOptions, handler: HttpHandler): void;
}

/**
 * HTTP routes with web-standard handlers: `(request: Request) => Response`. Paths are plain, or hold `{name}`
 * segments, which come as `params`; `{rest+}` at the end takes all that follows. The most specific path wins.
 */
export interface HttpRoutes {
  /** Answers HEAD as well. */
  readonly get: AddHttpRoute;
  readonly post: AddHttpRoute;
  readonly put: AddHttpRoute;
  readonly patch: AddHttpRoute;
  readonly delete: AddHttpRoute;
  readonly options: AddHttpRoute;
  /** Every method that has no route of its own. */
  readonly any: AddHttpRoute;
}

export function createHttpRoutes(registry: Registry): HttpRoutes {
  const adder =
    (method: string): AddHttpRoute =>
    (path: string, ...given: [HttpHandler] | [FunctionOptions, HttpHandler]) => {
      const [options, handler] = withOptions(given);
      registry.note(`http:${method} ${path}`);
      const name = registry.addFunction(httpFunctionName(method, path), httpFunction(handler), options);
      registry.httpRoutes.push({ method, path, function: name });
    };
  return {
    get: adder("GET"),
    post: adder("POST"),
    put: adder("PUT"),
    patch: adder("PATCH"),
    delete: adder("DELETE"),
    options: adder("OPTIONS"),
    any: adder("ANY"),
  };
}
