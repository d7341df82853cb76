import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { HoldfastError } from "../../base/errors.ts";
import { InvalidAppError } from "../../model/invalid-app-error.ts";
import type { Frontend, Reading } from "../../ports/frontend.ts";
import type { Deployment } from "./deployment.ts";
import type { FrontDoor } from "./front-door.ts";
import { watchInputs } from "./watch-inputs.ts";

export interface ReloadOptions {
  readonly frontend: Frontend;
  /** What runs now. */
  readonly reading: Reading;
  readonly deployment: Deployment;
  readonly front: FrontDoor;
  /** Tells other commands where the app can be reached now. */
  readonly announce: () => Promise<void>;
  /** Told of each reload how it ended. */
  readonly reloaded?: (outcome: "applied" | "failed") => void;
  readonly log: Log;
  readonly clock: Clock;
}

/** Reloads the app when one of its files changes. While nothing newer works, the old code goes on serving. */
export async function watchAndReload({
  frontend,
  reading,
  deployment,
  front,
  announce,
  reloaded,
  log,
  clock,
}: ReloadOptions): Promise<() => Promise<void>> {
  let reloading = Promise.resolve();
  let waiting = false;

  const reload = async (): Promise<void> => {
    waiting = false;
    const startedAt = clock.now();
    try {
      const next = await frontend.read();
      watcher.setInputs(next.inputs);
      const before = front.websockets();
      const { model, diagnostics } = await deployment.apply(next);
      await announce();
      const tookMs = clock.now() - startedAt;
      const added = front
        .websockets()
        .filter(({ name, url }) => !before.some((one) => one.name === name && one.url === url));
      log("info", "reloaded", {
        message: [`Reloaded in ${tookMs} ms`, ...added.map(({ name, url }) => `${name} at ${url}`)].join(
          ", ",
        ),
        websockets: front.websockets(),
        tookMs,
        functions: model.functions.length,
        diagnostics,
      });
      reloaded?.("applied");
    } catch (error) {
      reloaded?.("failed");
      reportFailure(log, error);
    }
  };
  // Changes during a reload make one more reload, however many they are.
  const watcher = watchInputs(() => {
    if (waiting) return;
    waiting = true;
    reloading = reloading.then(reload);
  });
  watcher.setInputs(reading.inputs);
  await watcher.ready();
  return async () => {
    await watcher.close();
    await reloading;
  };
}

function reportFailure(log: Log, error: unknown): void {
  const message = "Not reloaded; the code from before goes on serving";
  if (error instanceof InvalidAppError)
    log("error", "reload-failed", { message, diagnostics: error.diagnostics });
  else if (error instanceof HoldfastError)
    log("error", "reload-failed", { message, error, code: error.code });
  else log("error", "reload-failed", { message, error });
}
