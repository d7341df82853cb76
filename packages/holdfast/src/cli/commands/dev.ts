import { Command, Option } from "commander";
import { HoldfastError } from "../../base/errors.ts";
import { defaultPort, defaultStage } from "../../model/defaults.ts";
import type { CommandIo } from "../command-io.ts";
import { takesApp, type AppFlags } from "./app-options.ts";

export interface DevFlags extends AppFlags {
  readonly config?: string;
  readonly port?: number;
  readonly host?: string;
  readonly stage?: string;
  readonly json?: true;
  readonly reset?: true;
  readonly inspect?: number | true;
  readonly metrics?: true;
  readonly strictAuth?: true;
  readonly auth: boolean;
  readonly credentials?: string;
  readonly iam: boolean;
  readonly target: string;
}

export function devCommand(io: CommandIo): Command {
  const command = new Command("dev").description(
    "Run an app on this machine: saving a file reloads it under open sockets.",
  );
  return takesApp(command)
    .option(
      "-p, --port <n>",
      `listen on this port, 0 for any free one (default: the app's, or ${defaultPort})`,
      parsePort,
    )
    .option("--host <address>", "listen on this address (default: localhost)", parseHost)
    .option(
      "--stage <name>",
      `the stage: the last part of the socket URL, and whose data it is (default: ${defaultStage})`,
    )
    .option(
      "--config <file>",
      "take the port, host, stage, metrics and log levels from there that no option says; no file is read unless named",
    )
    .option("--reset", "forget the data of earlier runs of this stage")
    .option("--metrics", "show what the sockets do at /metrics, in Prometheus's text format")
    .addOption(
      new Option(
        "--strict-auth",
        "check signatures of @connections, of AWS's services and of IAM against the credentials in the environment",
      ),
    )
    .option("--credentials <file>", "with --strict-auth: more credentials, a JSON list")
    .addOption(
      new Option(
        "--no-auth",
        "take calls of @connections and of AWS's services that are not signed",
      ).conflicts("strictAuth"),
    )
    .option("--no-iam", "let functions of a template do what their roles do not allow")
    .option("--json", 'one JSON object a line, the first with "event":"ready"')
    .addOption(
      new Option(
        "--inspect [port]",
        "let a debugger attach (9229 unless said); time-outs wait while it is",
      ).argParser(parsePort),
    )
    .option("--target <name>", "where the app runs", "local")
    .action(async (app: string | undefined, flags: DevFlags) => {
      const { runDev } = await import("../dev/run-dev.ts");
      await runDev(app, flags, io);
    });
}

function parseHost(text: string): string {
  const host = text.trim().replace(/^\[(.*)\]$/, "$1");
  if (host !== "") return host;
  throw new HoldfastError("OPTION_INVALID", "--host is empty", {
    hint: "Give an address, or leave it out for localhost.",
  });
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new HoldfastError("OPTION_INVALID", `"${text}" is not a port`, {
    hint: "Give a number from 0 to 65535; 0 takes any free port.",
  });
}
