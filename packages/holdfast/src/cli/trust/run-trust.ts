import { stat } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import {
  openCertificateAuthority,
  type CertificateAuthority,
} from "../../targets/local/certificate-authority.ts";
import type { CommandIo } from "../command-io.ts";
import type { TrustFlags } from "../commands/trust.ts";
import { stylesFor, type Styles } from "../output/styles.ts";
import { listTrustSteps, type TrustStep } from "./trust-steps.ts";

/** Prints where the authority's certificate lies and how to trust it; makes the authority when there is none. */
export async function runTrust(named: string | undefined, flags: TrustFlags, io: CommandIo): Promise<void> {
  const folder = path.join(await folderOf(path.resolve(io.cwd, named ?? ".")), ".holdfast", "tls");
  const authority = await openCertificateAuthority({ folder, clock: systemClock });
  const { certificateFile, commonName, fingerprint, validUntilMs } = authority;
  const steps = listTrustSteps(certificateFile, commonName);
  const validUntil = new Date(validUntilMs).toISOString();
  const text =
    flags.json === true
      ? JSON.stringify(
          { certificate: certificateFile, commonName, fingerprint, validUntil, steps },
          undefined,
          2,
        )
      : formatTrust(authority, steps, stylesFor(io.stdout, io.env));
  io.stdout.write(`${text}\n`);
}

/** The app's folder, of its file or itself. */
async function folderOf(place: string): Promise<string> {
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) throw new HoldfastError("APP_FILE_NOT_FOUND", `There is nothing at ${place}`);
  return found.isDirectory() ? place : path.dirname(place);
}

const systems = {
  linux: "Linux",
  macos: "macOS",
  windows: "Windows",
  all: "Anywhere, for one program",
} as const;

function formatTrust(authority: CertificateAuthority, steps: readonly TrustStep[], styles: Styles): string {
  const { certificateFile, commonName, fingerprint, validUntilMs } = authority;
  const facts = [
    ["Certificate", styles.bold(certificateFile)],
    ["Name", commonName],
    ["SHA-256", fingerprint],
    ["Until", new Date(validUntilMs).toISOString().slice(0, 10)],
  ];
  return [
    ...facts.map(([label = "", value = ""]) => `${styles.dim(label.padEnd(12))} ${value}`),
    "",
    "Functions trust it already. It can vouch for this machine, private networks and AWS's names only, and its key",
    "stays beside it: whoever can read the key can pass for those names to whoever trusts the certificate.",
    ...Object.entries(systems).flatMap(([system, title]) => [
      "",
      styles.bold(title),
      ...steps.filter((step) => step.system === system).flatMap((step) => formatStep(step, styles)),
    ]),
  ].join("\n");
}

function formatStep({ who, commands, undo = [] }: TrustStep, styles: Styles): readonly string[] {
  return [
    `  ${who}`,
    ...commands.map((command) => `    ${command}`),
    ...undo.map((command) => styles.dim(`    undo: ${command}`)),
  ];
}
