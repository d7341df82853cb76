import type { StopperStack } from "../../../base/stopper.ts";
import type { Deployment, Feed } from "../deployment.ts";
import type { Feeds } from "../feeds.ts";
import type { FrontDoor } from "../front-door.ts";
import type { Services } from "../services.ts";
import type { HandedState } from "./handed-state.ts";

/** An app's end where another process goes on with it. Its clients notice nothing until they are sent there. */
export interface HandOver {
  /** Ends all that runs by itself, then gives the state away. What functions ask of it from now on waits. */
  release(): Promise<void>;
  /** Nobody took it: all goes on as before. Rejects where the state cannot be opened. */
  takeBack(): Promise<void>;
  /** That node serves now: no client comes here any more, and the state is there. Those who are here are to be drained. */
  passTo(node: number): Promise<void>;
}

export interface HandOverParts {
  readonly handed: HandedState;
  readonly feeds: Feeds;
  readonly services: Services;
  readonly deployment: Deployment;
  readonly front: FrontDoor;
  /** What tells commands that the app runs here. */
  readonly announced: StopperStack;
}

export function createHandOver(parts: HandOverParts): HandOver {
  const { handed, feeds, services, deployment, front, announced } = parts;
  const { tasks, pollers, streams } = feeds;
  return {
    async release() {
      // Their functions end here: no service runs twice at a time, and no batch is read twice.
      await Promise.all([services.close(), pollers.close(), streams.close()]);
      // Last, for what is due while nobody looks at the clock is not made up for.
      tasks.pause();
      await handed.release();
    },
    async takeBack() {
      await handed.takeBack();
      const model = deployment.model();
      if (model === undefined) return;
      for (const feed of Object.values<Feed>({ ...feeds })) await feed.define(model);
      void services.define(model.services);
    },
    async passTo(node) {
      front.closePorts();
      handed.passTo(node);
      await announced.stop();
    },
  };
}
