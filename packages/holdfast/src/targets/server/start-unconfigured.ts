import { defaultServerConfiguration } from "../../model/server-configuration.ts";
import type { LocalApp, LocalOptions } from "../local/start-local.ts";
import { startServer } from "./start-server.ts";

/** Runs an app as a server that nobody configured, for those who choose where an app runs by a name, such as its tests. */
export function startUnconfigured(options: LocalOptions): Promise<Omit<LocalApp, "drain">> {
  const { host, port, stage, stateDir } = options;
  return startServer({
    ...options,
    configuration: {
      ...defaultServerConfiguration,
      host,
      stage,
      stateDir,
      ...(port !== undefined && { port }),
    },
  });
}
