import type * as api from "@opentelemetry/api";
import type * as core from "@opentelemetry/core";
import type * as otlp from "@opentelemetry/exporter-trace-otlp-http";
import type * as resources from "@opentelemetry/resources";
import type * as sdk from "@opentelemetry/sdk-trace-base";
import { HoldfastError } from "../../base/errors.ts";

/** OpenTelemetry's libraries, as far as they are used here. They are optional: whoever sends no traces needs none. */
export interface OpenTelemetry {
  readonly api: typeof api;
  readonly core: typeof core;
  readonly resources: typeof resources;
  readonly sdk: typeof sdk;
  readonly otlp: typeof otlp;
}

/** Nothing of them is registered globally: two apps may run in one process. Rejects with `OPENTELEMETRY_MISSING`. */
export async function loadOpenTelemetry(load: typeof importAll = importAll): Promise<OpenTelemetry> {
  try {
    return await load();
  } catch (cause) {
    throw new HoldfastError(
      "OPENTELEMETRY_MISSING",
      "Traces are switched on, and OpenTelemetry's libraries cannot be loaded",
      { cause },
    );
  }
}

async function importAll(): Promise<OpenTelemetry> {
  return {
    api: await import("@opentelemetry/api"),
    core: await import("@opentelemetry/core"),
    resources: await import("@opentelemetry/resources"),
    sdk: await import("@opentelemetry/sdk-trace-base"),
    otlp: await import("@opentelemetry/exporter-trace-otlp-http"),
  };
}
