import { systemClock } from "../../base/clock.ts";
import { HoldfastError, toError, toErrorRecord } from "../../base/errors.ts";
import { SupervisorLink } from "../../targets/server/supervision/supervisor-link.ts";
import { startServer } from "../../targets/server/start-server.ts";
import { commandsFolder } from "../../targets/local/control/commands-folder.ts";
import type { CommandIo } from "../command-io.ts";
import type { ServeFlags } from "../commands/serve.ts";
import { formatConfiguration, toShownConfiguration } from "../configuration/format-configuration.ts";
import { readAppAndConfiguration } from "./read-serve-configuration.ts";
import { createServeReport } from "./serve-report.ts";

/** Starts the app, as its supervisor's worker, and drains it when that asks, or when a successor has taken over. */
export async function runServe(named: string | undefined, flags: ServeFlags, io: CommandIo): Promise<void> {
  const { chosen, reading } = await readAppAndConfiguration(named, flags, io);
  const { configuration, warnings } = reading;
  const asJson = flags.json === true;
  if (flags.printConfig === true) {
    const shown = asJson
      ? `${JSON.stringify(toShownConfiguration(configuration), undefined, 2)}\n`
      : formatConfiguration(configuration);
    io.stdout.write(shown);
    return;
  }
  const report = createServeReport({ ...configuration, asJson, io });
  report.warn(warnings);
  // Ctrl-C reaches every process of a terminal: when to end is the supervisor's to say.
  io.onInterrupt(() => {});
  const link = await SupervisorLink.open(process, report.log);
  try {
    const running = await startServer({
      configuration,
      appDir: chosen.appDir,
      openFrontend: chosen.open,
      evaluates: chosen.evaluates,
      environment: io.env,
      commandsFolder: commandsFolder(),
      succession: link.succession,
      clock: systemClock,
      log: report.log,
      logLevels: report.levels,
    });
    // timeOrigin is the start of this process: what an operator waits for begins there.
    report.ready(running, performance.now());
    const reason = await link.serve(running.handOver);
    report.draining(reason);
    await running.drain({ takesLate: reason === "succeeded" });
    await link.predecessorGone();
    await running.stop();
    await link.close();
    report.stopped();
  } catch (error) {
    // What goes to the terminal is for people; whoever gathers the log reads nothing else.
    if (!asJson && io.stdout.isTTY !== true)
      report.log("error", "app.start-failed", { message: toError(error).message, error: toTold(error) });
    throw error;
  } finally {
    await report.close();
  }
}

/** Where a user's fault was found says nothing to the user. */
function toTold(error: unknown): unknown {
  if (!(error instanceof HoldfastError) || error.fault !== "user") return error;
  const { stack: _, ...told } = toErrorRecord(error);
  return told;
}
