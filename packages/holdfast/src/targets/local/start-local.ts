import path from "node:path";
import type { Clock } from "../../base/clock.ts";
import { StopperStack } from "../../base/stopper.ts";
import type { DrainChoice } from "../../gateway/gateway.ts";
import type { ListenerSettings } from "../../gateway/listener.ts";
import type { CertificateSource } from "../../gateway/tls/certificate-source.ts";
import type { AppModel } from "../../model/app-model.ts";
import type { FunctionHost } from "../../ports/function-host.ts";
import type { FunctionUpdates } from "../../ports/function-updates.ts";
import type { LogGroups } from "../../ports/log-groups.ts";
import type { LogLevels } from "../../ports/log-levels.ts";
import type { Invoker } from "../../ports/invoker.ts";
import type { ResourceCalls } from "../../ports/resource-calls.ts";
import type { RunningApp } from "../../ports/target.ts";
import type { Tracer } from "../../ports/tracer.ts";
import { placeOf, readHostNames } from "./aws-environment.ts";
import { joinCertificates } from "./join-certificates.ts";
import type { LocalTrust } from "./local-trust.ts";
import { toLocalUrls } from "./local-urls.ts";
import { createConnectionRecords } from "./connection-records.ts";
import { createDeployment, type Deployment, type DeploymentParts } from "./deployment.ts";
import { openFeeds } from "./feeds.ts";
import { FrontDoor, type FrontDoorOptions } from "./front-door.ts";
import { reloadsOf, watchParts } from "./metric-sources.ts";
import { openMetrics, type LocalMetrics, type MetricsPlace } from "./metrics.ts";
import { createMeasuredInvoker } from "../../telemetry/metrics/handler-metrics.ts";
import { createServiceActions } from "./service-actions/service-actions.ts";
import { announceApp } from "./announce-app.ts";
import { createLocalAwsServices } from "./aws-services.ts";
import { logFolder } from "./logs/log-folder.ts";
import { openLogGroups } from "./logs/open-log-groups.ts";
import { LogKeeper } from "./logs/log-keeper.ts";
import { UploadedCodes } from "./function-code.ts";
import { Grace } from "./grace.ts";
import { createLocalIam, type LocalIam, type LocalIamOptions } from "./iam.ts";
import { createResourceCalls, type LocalResources } from "./resource-calls.ts";
import { openTogether, type OpeningOptions } from "./open-together.ts";
import { readSecret } from "./secrets.ts";
import { Services } from "./services.ts";
import type { SignatureOptions } from "./signature-options.ts";
import { readSignatures } from "./signatures.ts";
import { toStateError } from "./state-error.ts";
import { openStateFolder } from "./state-folder.ts";
import type { LocalStores } from "./stores.ts";
import { createHandOver, type HandOver } from "./succession/hand-over.ts";
import { endGhostsOfOthers, findGhosts } from "./succession/ghosts.ts";
import type { Tasks } from "./tasks.ts";
import { traceInvocations } from "./traces/trace-invocations.ts";
import { traceResourceCalls } from "./traces/trace-resource-calls.ts";
import { createUpdatableDeployment, updatesOf, type UpdatableDeployment } from "./updatable-deployment.ts";
import { watchAndReload } from "./watch-and-reload.ts";

export interface LocalOptions extends OpeningOptions {
  readonly appDir: string;
  /** 0 for any free port; absent for the one the app asks for. */
  readonly port?: number;
  /** Whether a change to the app's files reloads it. */
  readonly watch: boolean;
  /** Where metrics are shown in Prometheus's format; nowhere, and nothing counts, unless said. */
  readonly metrics?: MetricsPlace;
  /** How signatures of `@connections` and of IAM are taken; any key's unless said. */
  readonly signatures?: SignatureOptions;
  /** Whether policies of roles and permissions of functions count; they do unless said. */
  readonly iam?: boolean;
  /** Where clients reach the app, instead of where it listens. */
  readonly publicUrl?: string;
  /** Whether requests may ask for any host; those of this machine, of AWS and of `HOLDFAST_HOSTS` unless said. */
  readonly anyHost?: boolean;
  /** Whether `/health/live` and `/health/ready` answer. */
  readonly health?: boolean;
  /** Who vouches for names beside those of this machine and of AWS. */
  readonly certificates?: CertificateSource;
  /** Access lines of every API, by this format where it has none of its own, and of HTTP requests; absent: as APIs ask. */
  readonly accessLogFormat?: string;
  /** Makes spans of all that happens; whoever gives it closes it, once the app has stopped. Absent: nothing is traced. */
  readonly tracer?: Tracer;
  /** Limits, proxies and origins of its ports; absent: as on a laptop. */
  readonly listener?: ListenerSettings;
  /** The body of a request, at most; absent: 10 MB. */
  readonly bodyBytes?: number;
  /** The process id of whoever looks after this process; nobody does unless said. */
  readonly supervisor?: number;
  /** What `holdfast log-level` reads and sets. */
  readonly logLevels?: LogLevels;
  /**
   * The folder where commands of this user find the apps that run. Absent where no command is to reach the app, as in
   * tests; its log is not kept then either.
   */
  readonly commandsFolder?: string;
}

export interface LocalApp extends RunningApp {
  readonly name: string;
  readonly stage: string;
  readonly model: AppModel;
  /** What handlers may do, for tests. */
  readonly resources: ResourceCalls;
  /** Of metrics with a port of their own. */
  readonly metricsUrl?: string;
  /** Of an app with a succession. */
  readonly handOver?: HandOver;
  /** See `FrontDoor.drain`. */
  drain(choice: DrainChoice, graceMs: number): Promise<void>;
}

/**
 * Runs an app on this machine: everything embedded, no account. Throws `InvalidAppError` with all diagnostics,
 * `ADDRESS_IN_USE`, `STATE_IN_USE` and their like; whatever had been opened is closed again.
 */
export async function startLocal(options: LocalOptions): Promise<LocalApp> {
  const opened = new StopperStack();
  const keeper = options.commandsFolder === undefined ? undefined : new LogKeeper(options);
  opened.push(() => keeper?.close());
  try {
    return await start({ ...options, log: keeper?.log ?? options.log }, opened, keeper);
  } catch (error) {
    await opened.stop().catch(() => {});
    throw toStateError(error, options.stateDir);
  }
}

async function start(options: LocalOptions, opened: StopperStack, keeper?: LogKeeper): Promise<LocalApp> {
  const { clock, log, stage } = options;
  const state = await openStateFolder({ folder: options.stateDir, stage });
  opened.push(() => state.leave());

  const announced = new StopperStack();
  opened.push(() => announced.stop());
  const meters = await openMetrics({ ...options, ...options.succession }, announced);
  const resources: { ready?: LocalResources } = {};
  const untraced = createResourceCalls(() => resources.ready);
  const calls = traceResourceCalls(untraced, options.tracer);
  const grace = new Grace(clock);
  const opening = await openTogether(options, state, calls, { opened, grace });
  const { host, frontend, stores, bus, handed, trust, reading } = opening;
  // Not before it is certain that no other process has the folder.
  keeper?.open(logFolder(options.stateDir, stage));

  const logGroups = await openLogGroups({ ...options, model: () => resources.ready?.model() });
  opened.push(() => logGroups.close());
  const codes = await UploadedCodes.open({ folder: path.join(state.stageDir, "function-code"), clock, log });
  const deployed: { by?: UpdatableDeployment } = {};
  const invoker = traceInvocations(measuredInvoker(host, meters, clock), options.tracer);
  const iam = await openIam(options, { invoker, model: () => resources.ready?.model() }, opened);
  opened.push(() => bus.close(grace.leftMs()));
  const feeds = openFeeds({ ...stores, ...iam, bus, place: placeOf(options), grace, clock, log }, opened);
  const records = createConnectionRecords(stores.tables, log);
  opened.push(() => records.close());
  const updates = updatesOf(() => deployed.by);
  const front = openFront(
    options,
    { stores, ...feeds, records, trust, iam, meters, grace, groups: logGroups.groups, updates },
    () => resources.ready,
  );
  opened.push(() => front.close());
  const services = new Services({ host, clock, log });
  opened.push(() => services.close());
  const deployment = createUpdatableDeployment(
    createDeployment({ ...options, host, stores, services, front, iam, feeds: Object.values(feeds) }),
    codes,
  );
  deployed.by = deployment;
  watchParts(meters, { ...options, front, host, stores, bus, deployment });
  resources.ready = toResources({ stores, ...feeds, front, deployment }, options);
  // Read before the first new connection, run once there are handlers.
  const ghosts = await findGhosts(records, options.succession);
  if (ghosts.length > 0) front.holdHandshakes();
  const { model, diagnostics } = await deployment.apply(reading);
  front.runGhosts(ghosts);
  if (options.succession) opened.push(endGhostsOfOthers(records, front, options.succession));
  if (keeper !== undefined) noteRun(keeper, model, front, opened);
  opened.push(() => announced.stop());
  const announce = await announceApp(options, { state, front, deployment, calls, stores }, announced);
  if (options.watch) {
    const reloading = { frontend, reading, deployment, front, announce, ...reloadsOf(meters), log, clock };
    opened.push(await watchAndReload(reloading));
  }

  return {
    ...describe(model, stage, front),
    resources: calls,
    diagnostics,
    ...(meters?.url !== undefined && { metricsUrl: meters.url }),
    ...(handed && { handOver: createHandOver({ handed, feeds, services, deployment, front, announced }) }),
    drain: (choice, graceMs) => front.drain(choice, graceMs),
    stop: () => opened.stop(),
  };
}

async function openIam(
  options: LocalOptions,
  parts: Pick<LocalIamOptions, "invoker" | "model">,
  opened: StopperStack,
): Promise<LocalIam> {
  const signatures = await readSignatures(options.signatures ?? {}, options.environment, options.log);
  opened.push(() => signatures.close());
  return createLocalIam({
    ...options,
    ...parts,
    judges: options.iam ?? true,
    signatures: signatures.access,
    ...(options.succession && { keySeed: options.succession.keySeed }),
  });
}

function measuredInvoker(host: FunctionHost, meters: LocalMetrics | undefined, clock: Clock): Invoker {
  return meters === undefined ? host : createMeasuredInvoker(host, meters.metrics.handlers, clock);
}

/** What the network sees, but for where it listens. */
function openFront(
  options: LocalOptions,
  parts: {
    readonly stores: LocalStores;
    readonly tasks: Tasks;
    readonly records: FrontDoorOptions["records"];
    readonly trust: LocalTrust;
    readonly iam: LocalIam;
    readonly meters: LocalMetrics | undefined;
    readonly grace: Grace;
    readonly groups: LogGroups;
    readonly updates: FunctionUpdates;
  },
  resources: () => LocalResources | undefined,
): FrontDoor {
  const { stage, clock, log } = options;
  const { stores, tasks, records, trust, iam, meters, grace, groups, updates } = parts;
  const { signatures } = iam.credentials;
  const closing = new AbortController();
  const front: FrontDoor = new FrontDoor({
    ...options,
    services: createLocalAwsServices({
      tables: stores.tables,
      buckets: stores.buckets,
      queues: stores.queues,
      calls: tasks,
      topics: tasks.topics,
      place: placeOf(options),
      model: () => resources()?.model(),
      addresses: (model) => front.addresses(model),
      groups,
      updates,
      stage,
      closing: closing.signal,
      signatures,
      iam,
      ...(options.tracer && { tracer: options.tracer }),
      clock,
      log,
    }),
    serviceActions: createServiceActions(resources, clock),
    invoker: iam.invoker,
    closing,
    grace,
    records,
    ...(options.succession && {
      backplane: options.succession.backplane,
      listener: { ...options.listener, open: options.succession.open },
    }),
    ...(meters && { meters }),
    signatures,
    ...(iam.judgeKey && { judge: iam.judgeKey }),
    certificates: joinCertificates(options.certificates, trust.authority),
    ...(options.anyHost !== true && { hostNames: readHostNames(options.environment) }),
  });
  return front;
}

function describe(
  model: AppModel,
  stage: string,
  front: FrontDoor,
): Pick<LocalApp, "name" | "stage" | "model" | "websockets" | "http" | "functions" | "outputs"> {
  const addresses = front.addresses(model);
  return {
    name: model.app.name,
    stage,
    model,
    websockets: front.websockets(),
    http: front.http(),
    functions: model.functions.map((one) => one.name),
    outputs: model.outputs.map(({ name, value, description }) => ({
      name,
      value: toLocalUrls(value, addresses),
      ...(description !== undefined && { description }),
    })),
  };
}

function toResources(
  {
    stores,
    tasks,
    front,
    deployment,
  }: Pick<DeploymentParts, "stores" | "front"> & {
    readonly tasks: Tasks;
    readonly deployment: Deployment;
  },
  options: LocalOptions,
): LocalResources {
  return {
    model: () => deployment.model(),
    tables: stores.tables,
    buckets: stores.buckets,
    tasks,
    websocket: (name) => front.websocket(name),
    secret: (name) => readSecret(name, options),
    staticUrl: (sitePath, file) => front.staticUrl(sitePath, file),
  };
}

/** What `holdfast logs` shows between two runs. */
function noteRun({ keep }: LogKeeper, model: AppModel, front: FrontDoor, opened: StopperStack): void {
  const urls = [front.http(), ...front.websockets().map(({ url }) => url)].join(", ");
  keep("info", "started", { message: `Started ${model.app.name}: ${urls}` });
  opened.push(() => keep("info", "stopping", { message: "Stopping" }));
}
