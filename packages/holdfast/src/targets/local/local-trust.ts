import { networkInterfaces } from "node:os";
import path from "node:path";
import type { Clock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import { openCertificateAuthority, type CertificateAuthority } from "./certificate-authority.ts";
import { writeCaBundle } from "./certificates/ca-bundle.ts";

export interface LocalTrust {
  readonly authority: CertificateAuthority;
  /** The system's authorities, the user's and ours, for programs that take one file. */
  readonly bundleFile: string;
}

export interface LocalTrustOptions {
  /** `<state>/tls`. */
  readonly folder: string;
  /** The address that the app listens on. */
  readonly host: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Pick<Clock, "now">;
}

/** Where `openLocalTrust` writes the bundle; known before it has, so that processes can be started meanwhile. */
export function bundleFileIn(folder: string): string {
  return path.join(folder, "bundle.pem");
}

/** Opens the local authority and writes the bundle with it. Throws `STATE_NOT_WRITABLE`. */
export async function openLocalTrust(options: LocalTrustOptions): Promise<LocalTrust> {
  const { folder, host, environment, clock } = options;
  const authority = await openCertificateAuthority({ folder, clock, fallbackNames: addressesOf(host) });
  const bundleFile = bundleFileIn(folder);
  try {
    await writeCaBundle(bundleFile, authority.certificate, environment);
  } catch (cause) {
    const message = `Cannot write ${bundleFile}: ${(cause as Error).message}`;
    throw new HoldfastError("STATE_NOT_WRITABLE", message, { cause });
  }
  return { authority, bundleFile };
}

/** All of the machine's own where it listens on all of them. */
function addressesOf(host: string): readonly string[] {
  if (!["0.0.0.0", "::"].includes(host)) return [host];
  return Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.map(({ address }) => address),
  );
}
