import { Command, Option } from "commander";
import type { CommandIo } from "../command-io.ts";
import { takesApp, type AppFlags } from "./app-options.ts";
import { takesConfiguration, type ConfigurationFlags } from "./configuration-options.ts";

/** What `--target` of `holdfast build` takes. */
export const buildTargets = ["archive", "docker", "kubernetes", "observability"] as const;
export type BuildTarget = (typeof buildTargets)[number];

export interface BuildFlags extends AppFlags, ConfigurationFlags {
  readonly target: BuildTarget;
  readonly out: string;
  readonly json?: true;
}

export function buildCommand(io: CommandIo): Command {
  const command = new Command("build").description(
    "Write what an app needs to run elsewhere: one file, an image's folder, Kubernetes objects, what watches over it.",
  );
  return takesConfiguration(takesApp(command))
    .addOption(new Option("--target <name>", "what to write").choices(buildTargets).default("archive"))
    .option("--out <folder>", "the folder that it goes to", "out")
    .option("--json", 'one JSON object, with "event":"built", the files, and the commands to type next')
    .addHelpText(
      "after",
      "\narchive: one file that `holdfast serve` runs, without sources or an install." +
        "\ndocker: a folder for `docker build`, with a compose file." +
        "\nkubernetes: objects for `kubectl apply`." +
        "\nobservability: files for Prometheus, Grafana, Filebeat and Logstash, with a compose file of them all.",
    )
    .action(async (app: string | undefined, flags: BuildFlags) => {
      const { runBuild } = await import("../build/run-build.ts");
      await runBuild(app, flags, io);
    });
}
