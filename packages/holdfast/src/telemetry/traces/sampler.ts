import type { Sampler } from "@opentelemetry/sdk-trace-base";
import type { Clock } from "../../base/clock.ts";
import type { SamplerConfiguration } from "../../model/server-configuration.ts";
import type { OpenTelemetry } from "./open-telemetry.ts";
import { RateLimit } from "./rate-limit.ts";

/** Decides once a trace, where it begins; what is below goes by that, also where it began elsewhere. */
export function createSampler(
  configuration: SamplerConfiguration,
  { sdk }: Pick<OpenTelemetry, "sdk">,
  clock: Clock,
): Sampler {
  return new sdk.ParentBasedSampler({ root: rootSampler(configuration, sdk, clock) });
}

function rootSampler(
  { type, parameter }: SamplerConfiguration,
  sdk: OpenTelemetry["sdk"],
  clock: Clock,
): Sampler {
  switch (type) {
    case "const":
      return parameter === 0 ? new sdk.AlwaysOffSampler() : new sdk.AlwaysOnSampler();
    case "probabilistic":
      return new sdk.TraceIdRatioBasedSampler(parameter);
    case "ratelimiting": {
      const limit = new RateLimit(parameter, clock.now());
      const { RECORD_AND_SAMPLED, NOT_RECORD } = sdk.SamplingDecision;
      return {
        shouldSample: () => ({ decision: limit.take(clock.now()) ? RECORD_AND_SAMPLED : NOT_RECORD }),
        toString: () => `RateLimit{${parameter}}`,
      };
    }
  }
}
