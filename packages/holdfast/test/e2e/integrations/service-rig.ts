import { systemClock } from "../../../src/base/clock.ts";
import { memoryLog } from "../../../src/base/log.ts";
import { createGateway } from "../../../src/gateway/engine.ts";
import { respondNotFound } from "../../../src/gateway/http-answer.ts";
import { startListener } from "../../../src/gateway/listener.ts";
import { MemoryInvoker } from "../../../src/host/memory-invoker.ts";
import type { Route } from "../../../src/model/app-model.ts";
import type { ServiceActions } from "../../../src/ports/service-actions.ts";
import { makeApi, Rig } from "../gateway/rig.ts";

/** A rig whose gateway has services beside it. */
export async function startServiceRig(
  serviceActions: ServiceActions,
  routes: readonly Route[],
): Promise<Rig> {
  const log = memoryLog();
  const common = { clock: systemClock, log };
  const listener = await startListener({
    host: "127.0.0.1",
    port: 0,
    mounts: [],
    http: respondNotFound,
    ...common,
  });
  const gateway = createGateway({
    api: makeApi(routes),
    apiId: "a1b2c3",
    stage: "dev",
    domainName: `localhost:${listener.port}`,
    node: 7,
    invoker: new MemoryInvoker({}),
    serviceActions,
    ...common,
  });
  listener.setMounts([{ gateway, kind: "stage", path: "/dev" }]);
  return new Rig(gateway, listener, log);
}
