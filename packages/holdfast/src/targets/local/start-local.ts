import path from "node:path";
import type { Clock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { StopperStack } from "../../base/stopper.ts";
import { createFunctionHost } from "../../host/function-host.ts";
import type { AppModel } from "../../model/app-model.ts";
import { validateModel } from "../../model/validate.ts";
import type { Frontend, OpenFrontend, Reading } from "../../ports/frontend.ts";
import type { Evaluator } from "../../ports/evaluator.ts";
import type { FunctionHost } from "../../ports/function-host.ts";
import type { FunctionUpdates } from "../../ports/function-updates.ts";
import type { LogGroups } from "../../ports/log-groups.ts";
import type { ResourceCalls } from "../../ports/resource-calls.ts";
import type { RunningApp } from "../../ports/target.ts";
import { createTopicBus } from "../../stores/memory/topic-bus.ts";
import { functionSurroundings, placeOf, readHostNames } from "./aws-environment.ts";
import { bundleFileIn, openLocalTrust, type LocalTrust } from "./local-trust.ts";
import { toLocalUrls } from "./local-urls.ts";
import { createConnectionRecords } from "./connection-records.ts";
import { createDeployment, type Deployment, type DeploymentParts } from "./deployment.ts";
import { FrontDoor, type FrontDoorOptions } from "./front-door.ts";
import { createServiceActions } from "./service-actions/service-actions.ts";
import { announceApp } from "./announce-app.ts";
import { createLocalAwsServices } from "./aws-services.ts";
import { logFolder } from "./logs/log-folder.ts";
import { openLogGroups } from "./logs/open-log-groups.ts";
import { LogKeeper } from "./logs/log-keeper.ts";
import { UploadedCodes } from "./function-code.ts";
import { createLocalIam, type LocalIam } from "./iam.ts";
import { createResourceCalls, type LocalResources } from "./resource-calls.ts";
import { QueuePollers } from "./queue-pollers.ts";
import { readSecret } from "./secrets.ts";
import { Services } from "./services.ts";
import type { SignatureOptions } from "./signature-options.ts";
import { readSignatures } from "./signatures.ts";
import { openStateFolder, type StateFolder } from "./state-folder.ts";
import { openLocalStores, type LocalStores } from "./stores.ts";
import { StreamPollers } from "./stream-pollers.ts";
import { Tasks } from "./tasks.ts";
import { createUpdatableDeployment, updatesOf, type UpdatableDeployment } from "./updatable-deployment.ts";
import { watchAndReload } from "./watch-and-reload.ts";

export interface LocalOptions {
  readonly appDir: string;
  readonly stateDir: string;
  readonly stage: string;
  readonly reset: boolean;
  /** The address to listen on. */
  readonly host: string;
  /** 0 for any free port; absent for the one the app asks for. */
  readonly port?: number;
  /** Where debuggers attach; none may when absent. */
  readonly inspectPort?: number;
  /** Whether a change to the app's files reloads it. */
  readonly watch: boolean;
  /** Whether `/metrics` shows, in Prometheus's format, what the gateways did. Off unless said; before the app's own routes. */
  readonly metrics?: boolean;
  /** How signatures of `@connections` and of IAM are taken; any key's unless said. */
  readonly signatures?: SignatureOptions;
  /** Whether policies of roles and permissions of functions count; they do unless said. */
  readonly iam?: boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** What functions see of the surroundings. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly openFrontend: OpenFrontend;
  /** Whether reading the app runs its code, for which a process is started at once. Taken for so unless said. */
  readonly evaluates?: boolean;
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
    throw error;
  }
}

async function start(options: LocalOptions, opened: StopperStack, keeper?: LogKeeper): Promise<LocalApp> {
  const { clock, log, stage } = options;
  const state = await openStateFolder({ folder: options.stateDir, stage });
  opened.push(() => state.leave());

  const resources: { ready?: LocalResources } = {};
  const calls = createResourceCalls(() => resources.ready);
  const { host, frontend, stores, trust, reading } = await openTogether(options, state, calls, opened);
  // Not before it is certain that no other process has the folder.
  keeper?.open(logFolder(options.stateDir, stage));

  const logGroups = await openLogGroups({ ...options, model: () => resources.ready?.model() });
  opened.push(() => logGroups.close());
  const codes = await UploadedCodes.open({ folder: path.join(state.stageDir, "function-code"), clock, log });
  const deployed: { by?: UpdatableDeployment } = {};
  const iam = createLocalIam({
    ...options,
    judges: options.iam ?? true,
    invoker: host,
    model: () => resources.ready?.model(),
    signatures: await readSignatures(options.signatures ?? {}, options.environment),
  });
  const bus = createTopicBus({ clock, log });
  opened.push(() => bus.close());
  const place = placeOf(options);
  const tasks = new Tasks({ ...stores, ...iam, bus, place, clock, log });
  opened.push(() => tasks.close());
  const feeding = { ...stores, run: tasks.run.bind(tasks), place, clock, log };
  const pollers = new QueuePollers(feeding);
  opened.push(() => pollers.close());
  const streams = new StreamPollers(feeding);
  opened.push(() => streams.close());
  const records = createConnectionRecords(stores.tables, log);
  opened.push(() => records.close());
  const front = openFront(
    options,
    { stores, tasks, records, trust, iam, groups: logGroups.groups, updates: updatesOf(() => deployed.by) },
    () => resources.ready,
  );
  opened.push(() => front.close());
  const services = new Services({ host, clock, log });
  opened.push(() => services.close());
  const deployment = createUpdatableDeployment(
    createDeployment({ ...options, host, stores, services, front, iam, feeds: [tasks, pollers, streams] }),
    codes,
  );
  deployed.by = deployment;
  resources.ready = toResources({ stores, tasks, front, deployment }, options);
  // Read before the first new connection, run once there are handlers.
  const ghosts = await records.left();
  const { model, diagnostics } = await deployment.apply(reading);
  front.runGhosts(ghosts);
  if (keeper !== undefined) noteRun(keeper, model, front, opened);
  const announce = await announceApp(options, { state, front, deployment, calls }, opened);
  if (options.watch) {
    opened.push(await watchAndReload({ frontend, reading, deployment, front, announce, log, clock }));
  }

  return {
    ...describe(model, stage, front),
    resources: calls,
    diagnostics,
    stop: () => opened.stop(),
  };
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
    readonly groups: LogGroups;
    readonly updates: FunctionUpdates;
  },
  resources: () => LocalResources | undefined,
): FrontDoor {
  const { stage, clock, log } = options;
  const { stores, tasks, records, trust, iam, groups, updates } = parts;
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
      clock,
      log,
    }),
    serviceActions: createServiceActions(resources, clock),
    invoker: iam.invoker,
    closing,
    records,
    signatures,
    ...(iam.judgeKey && { judge: iam.judgeKey }),
    certificates: trust.authority,
    hostNames: readHostNames(options.environment),
  });
  return front;
}

interface Parts {
  readonly host: FunctionHost;
  readonly frontend: Frontend;
  readonly stores: LocalStores;
  readonly trust: LocalTrust;
  readonly reading: Reading;
}

/** What takes its time at start: a function process, the store's thread, whom to trust, and the bundle. */
async function openTogether(
  options: LocalOptions,
  state: StateFolder,
  calls: ResourceCalls,
  opened: StopperStack,
): Promise<Parts> {
  const { stage, stateDir } = options;
  const trustFolder = path.join(stateDir, "tls");
  const host = createHost(options, calls, bundleFileIn(trustFolder));
  opened.push(() => host.close());
  const openingStores = openStores(state, options);
  const openingTrust = openLocalTrust({ ...options, folder: trustFolder });
  const frontend = options.openFrontend({
    evaluator: evaluateAfter(openingTrust, host),
    buildDir: state.buildDir,
    check: (model) => validateModel(model, "local", { stage }),
    place: placeOf(options),
  });
  opened.push(() => frontend.close());
  const [stores, [trust, reading]] = await settleBoth(
    openingStores,
    Promise.all([openingTrust, frontend.read()]),
  );
  opened.push(() => stores.close());
  return { host, frontend, stores, trust, reading };
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

function createHost(
  options: LocalOptions,
  resourceCalls: ResourceCalls,
  bundleFile: string,
): FunctionHost & Evaluator {
  const { clock, log, environment, inspectPort, evaluates = true } = options;
  return createFunctionHost({
    resourceCalls,
    clock,
    log,
    environment: functionSurroundings(environment, bundleFile),
    place: placeOf(options),
    spare: evaluates,
    ...(inspectPort !== undefined && { inspect: { host: "127.0.0.1", port: inspectPort } }),
  });
}

/** A process reads the bundle of authorities when it first needs one of them: no code may run before it is written. */
function evaluateAfter(opening: Promise<unknown>, evaluator: Evaluator): Evaluator {
  return {
    async evaluate(bundle) {
      await opening;
      return evaluator.evaluate(bundle);
    },
  };
}

/** Says who uses the data, where that can be known. */
async function openStores(state: StateFolder, { reset, clock, log }: LocalOptions): Promise<LocalStores> {
  try {
    return await openLocalStores({ folder: state.stageDir, reset, clock, log });
  } catch (error) {
    const running = await state.running();
    if (!(error instanceof HoldfastError) || error.code !== "STATE_IN_USE" || running === undefined)
      throw error;
    const message = `The app runs already, as process ${running.pid}, at ${running.http}`;
    throw new HoldfastError("STATE_IN_USE", message, { cause: error });
  }
}

/** Waits for both, so that a failure of one leaves nothing of the other behind unnoticed. */
async function settleBoth<A extends { close(): Promise<void> }, B>(
  first: Promise<A>,
  second: Promise<B>,
): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === "rejected") throw a.reason;
  if (b.status === "rejected") {
    await a.value.close();
    throw b.reason;
  }
  return [a.value, b.value];
}
