import { StopperStack } from "../../base/stopper.ts";
import type { DrainChoice } from "../../gateway/gateway.ts";
import { orNone, readListenerLimits } from "../../gateway/listener-limits.ts";
import type { CertificateSource } from "../../gateway/tls/certificate-source.ts";
import { openFileCertificates } from "../../gateway/tls/file-certificates.ts";
import { usualAccessLogFormat } from "../../model/access-log-format.ts";
import type { ServerConfiguration } from "../../model/server-configuration.ts";
import type { Tracer } from "../../ports/tracer.ts";
import { openTracer } from "../../telemetry/traces/open-tracer.ts";
import { startLocal, type LocalApp, type LocalOptions } from "../local/start-local.ts";
import { withGatewayCredentials } from "./gateway-credentials.ts";

export interface ServerOptions extends Pick<
  LocalOptions,
  | "appDir"
  | "openFrontend"
  | "evaluates"
  | "environment"
  | "commandsFolder"
  | "succession"
  | "logLevels"
  | "clock"
  | "log"
> {
  readonly configuration: ServerConfiguration;
}

export interface RunningServer extends Omit<LocalApp, "drain"> {
  /** Sends clients away as configured, and waits for what still runs. `stop` then closes the rest. */
  drain(options?: Pick<DrainChoice, "takesLate">): Promise<void>;
}

/**
 * Runs an app for real users on one node: what `startLocal` wires, with the files not watched, signatures checked and an
 * operator's bounds. Rejects as `startLocal` does, and with `TLS_FILES_INVALID` or `OPENTELEMETRY_MISSING`.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { windowMs, graceMs, closeCode: code, closeReason: reason } = options.configuration.drain;
  const opened = new StopperStack();
  try {
    const certificates = await openCertificates(options, opened);
    const tracing = await openTracing(options, opened);
    const app = await startLocal({
      ...toLocalOptions(options),
      ...(certificates && { certificates }),
      ...(tracing && { tracer: tracing.tracer }),
    });
    // The last spans are those of the stop itself.
    opened.push(() => app.stop());
    tracing?.name(app.name);
    return {
      ...app,
      drain: (choice) => app.drain({ ...choice, windowMs, code, reason }, graceMs),
      stop: () => opened.stop(),
    };
  } catch (error) {
    await opened.stop().catch(() => {});
    throw error;
  }
}

async function openCertificates(
  { configuration: { tls }, clock, log }: ServerOptions,
  opened: StopperStack,
): Promise<CertificateSource | undefined> {
  const { certificate, key } = tls;
  if (certificate === undefined || key === undefined) return undefined;
  const certificates = await openFileCertificates({ certificate, key, clock, log });
  opened.push(() => certificates.close());
  return certificates;
}

/** What spans say of the service waits for the app's name, which is known when it was read. */
async function openTracing(
  { configuration, clock, log }: ServerOptions,
  opened: StopperStack,
): Promise<{ readonly tracer: Tracer; name(appName: string): void } | undefined> {
  const { traces, stage } = configuration;
  if (!traces.enabled) return undefined;
  const { promise: appName, resolve } = Promise.withResolvers<string>();
  const tracing = await openTracer({ configuration: traces, appName, stage, clock, log });
  opened.push(() => {
    resolve("");
    return tracing.close();
  });
  return { tracer: tracing.tracer, name: resolve };
}

function toLocalOptions({ configuration, ...options }: ServerOptions): LocalOptions {
  const { stage, host, port, stateDir, publicUrl, tls, management, metrics, limits, proxy, origins, logs } =
    configuration;
  return {
    ...options,
    environment: withGatewayCredentials(options.environment, publicUrl, options.succession?.keySeed),
    stage,
    host,
    stateDir,
    ...(port !== undefined && { port }),
    ...(publicUrl !== undefined && { publicUrl }),
    anyHost: publicUrl === undefined,
    health: true,
    reset: false,
    watch: false,
    signatures: {
      mode: "strict",
      fileIsForApis: true,
      ...(management.credentials !== undefined && { credentialsFile: management.credentials }),
    },
    ...(metrics.enabled && { metrics: metrics.port === 0 ? true : metrics }),
    ...(logs.access.enabled && { accessLogFormat: logs.access.format ?? usualAccessLogFormat }),
    ...(options.succession && { supervisor: process.ppid }),
    listener: {
      limits: readListenerLimits(limits),
      proxies: proxy,
      tlsOnly: tls.certificate !== undefined,
      ...(origins.length > 0 && { origins }),
    },
    bodyBytes: orNone(limits.bodyBytes),
  };
}
