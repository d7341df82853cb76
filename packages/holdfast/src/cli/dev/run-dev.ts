import path from "node:path";
import { systemClock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import { defaultStage } from "../../model/defaults.ts";
import { chooseApp } from "../../frontends/choose.ts";
import { LevelFilter } from "../../telemetry/logs/level-filter.ts";
import type { SignatureOptions } from "../../targets/local/signature-options.ts";
import { chooseTarget } from "../../targets/choose.ts";
import { commandsFolder } from "../../targets/local/control/commands-folder.ts";
import { toChooseOptions } from "../commands/app-options.ts";
import type { DevFlags } from "../commands/dev.ts";
import type { CommandIo } from "../command-io.ts";
import type { DevConfiguration } from "../configuration/dev-configuration.ts";
import { createDevReport } from "./dev-report.ts";

/** Starts the app, reports on it, and stops it at Ctrl-C; a second Ctrl-C does not wait. */
export async function runDev(named: string | undefined, flags: DevFlags, io: CommandIo): Promise<void> {
  const start = chooseTarget(flags.target);
  const configuration = await readConfiguration(flags, io);
  const chosen = await chooseApp(named ?? configuration.app, io.cwd, toChooseOptions(flags, io.env));
  const levels = new LevelFilter(configuration.logs);
  const report = createDevReport({ asJson: flags.json === true, levels, io });
  const interrupted = new Promise<void>((resolve) => {
    let times = 0;
    io.onInterrupt(() => {
      times += 1;
      if (times > 1) process.exit(130);
      resolve();
    });
  });

  const port = flags.port ?? configuration.port;
  const running = await start({
    appDir: chosen.appDir,
    stateDir: path.join(chosen.appDir, ".holdfast"),
    stage: flags.stage ?? configuration.stage ?? defaultStage,
    reset: flags.reset === true,
    host: flags.host ?? configuration.host ?? "localhost",
    ...(port !== undefined && { port }),
    ...(flags.inspect !== undefined && { inspectPort: flags.inspect === true ? 9229 : flags.inspect }),
    watch: true,
    metrics: flags.metrics ?? configuration.metrics ?? false,
    signatures: toSignatureOptions(flags, io.cwd),
    iam: flags.iam,
    clock: systemClock,
    log: report.log,
    logLevels: levels,
    openFrontend: chosen.open,
    evaluates: chosen.evaluates,
    environment: io.env,
    commandsFolder: commandsFolder(),
  });
  // timeOrigin is the start of this process: what a user waits for begins there.
  report.ready(running, performance.now());
  await interrupted;
  report.stopping();
  await running.stop();
  report.stopped();
}

/** A `holdfast.yaml` beside the app is a server's: a laptop takes on its stage and address only where that is asked for. */
async function readConfiguration({ config }: DevFlags, io: CommandIo): Promise<DevConfiguration> {
  if (config === undefined) return { logs: {} };
  const { readDevConfiguration } = await import("../configuration/dev-configuration.ts");
  return readDevConfiguration(config, io.cwd);
}

function toSignatureOptions({ strictAuth, auth, credentials }: DevFlags, cwd: string): SignatureOptions {
  if (credentials !== undefined && strictAuth !== true)
    throw new HoldfastError("OPTION_INVALID", "--credentials says nothing without --strict-auth");
  return {
    mode: strictAuth === true ? "strict" : auth ? "well-formed" : "none",
    ...(credentials !== undefined && { credentialsFile: path.resolve(cwd, credentials) }),
  };
}
