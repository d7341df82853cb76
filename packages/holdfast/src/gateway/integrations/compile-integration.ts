import { HoldfastError, toErrorRecord } from "../../base/errors.ts";
import type { Integration } from "../../model/app-model.ts";
import type { RequestCheck } from "../request-models/request-check.ts";
import { compileFunction, runFunction } from "./function-integration.ts";
import { compileHttp } from "./http-integration.ts";
import type { IntegrationExecutor, IntegrationSurroundings } from "./integration.ts";
import { contentOf } from "./integration-request.ts";
import { compileMock } from "./mock-integration.ts";
import { compileService } from "./service-integration.ts";

/**
 * What a route runs; undefined for a plain function proxy, which the gateway invokes itself. Throws `MAPPING_TEMPLATE_INVALID`
 * and `EXPRESSION_INVALID`.
 */
export function compileIntegration(
  integration: Integration,
  check: RequestCheck | undefined,
  surroundings: IntegrationSurroundings,
): IntegrationExecutor | undefined {
  const isPlain = integration.kind === "function" && integration.proxy;
  if (isPlain && check === undefined) return undefined;
  const execute = isPlain ? runFunction(integration, surroundings) : compileOther(integration, surroundings);
  return check === undefined ? execute : checked(execute, check);
}

function compileOther(integration: Integration, surroundings: IntegrationSurroundings): IntegrationExecutor {
  switch (integration.kind) {
    case "function":
      return compileFunction(integration, surroundings);
    case "http":
      return compileHttp(integration, surroundings);
    case "mock":
      return compileMock(integration);
    case "service":
      return compileService(integration, surroundings);
  }
}

/** A message that fits no model never reaches the integration. */
function checked(execute: IntegrationExecutor, check: RequestCheck): IntegrationExecutor {
  return async (event, signal) => {
    const problem = event.kind === "message" ? check(contentOf(event).toString()) : undefined;
    if (problem === undefined) return execute(event, signal);
    const error = new HoldfastError("BODY_INVALID", `The message does not fit its request model: ${problem}`);
    return { outcome: "failed", error: toErrorRecord(error) };
  };
}

/** What logs call an integration. */
export function integrationName(integration: Integration): string {
  switch (integration.kind) {
    case "function":
      return integration.function;
    case "http":
      return `${integration.method} ${integration.uri}`;
    case "mock":
      return "mock";
    case "service":
      return `${integration.service}:${integration.action}`;
  }
}
