import { generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { CertificateSource, ServerCertificate } from "../../gateway/tls/certificate-source.ts";
import { backdateMs, openAuthorityFile, type AuthorityKey } from "./certificates/authority-file.ts";
import { writeServerCertificate } from "./certificates/certificate.ts";
import { isPermitted, readSubjectName } from "./certificates/subject-name.ts";
import { replaceFile } from "./certificates/replace-file.ts";

/** The local authority: whoever trusts its certificate trusts this machine under the names that AWS has for it. */
export interface CertificateAuthority extends CertificateSource {
  /** The certificate's file, which may be shown to anybody. PEM. */
  readonly certificateFile: string;
  /** The certificate itself, in PEM. */
  readonly certificate: string;
  readonly commonName: string;
  /** SHA-256, in the usual pairs of digits. */
  readonly fingerprint: string;
  readonly validUntilMs: number;
}

export interface CertificateAuthorityOptions {
  /** Holds `authority.pem` (with the private key, mode 0600) and `ca.pem`; made when it is not there. */
  readonly folder: string;
  readonly clock: Pick<Clock, "now">;
  /** Names and addresses that clients reach without asking for a name, beside those of loopback. */
  readonly fallbackNames?: readonly string[];
}

/** What browsers take at most. */
const serverDays = 397;
const dayMs = 24 * 60 * 60 * 1000;

/** Opens the authority in a folder, and makes it the first time. Throws `STATE_NOT_WRITABLE`. */
export async function openCertificateAuthority(
  options: CertificateAuthorityOptions,
): Promise<CertificateAuthority> {
  const { folder, clock } = options;
  try {
    const authority = await openAuthorityFile(path.join(folder, "authority.pem"), clock.now());
    const certificate = authority.certificate.toString();
    const certificateFile = path.join(folder, "ca.pem");
    if ((await readFile(certificateFile, "utf8").catch(() => "")) !== certificate)
      await replaceFile(certificateFile, certificate);
    return new LocalAuthority(authority, certificateFile, options);
  } catch (cause) {
    const message = `Cannot keep the certificate authority in ${folder}: ${(cause as Error).message}`;
    throw new HoldfastError("STATE_NOT_WRITABLE", message, { cause });
  }
}

class LocalAuthority implements CertificateAuthority {
  readonly certificateFile: string;
  readonly certificate: string;
  readonly commonName: string;
  readonly fingerprint: string;
  readonly validUntilMs: number;
  readonly #authority: AuthorityKey;
  readonly #clock: Pick<Clock, "now">;
  readonly #fallbackNames: readonly string[];
  /** One for all of this run's certificates: a client that trusts one of them trusts whoever holds it. */
  readonly #serverKey = lazily(() => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);

  constructor(authority: AuthorityKey, certificateFile: string, options: CertificateAuthorityOptions) {
    this.#authority = authority;
    this.#clock = options.clock;
    this.#fallbackNames = ["localhost", "127.0.0.1", "::1", ...(options.fallbackNames ?? [])];
    this.certificateFile = certificateFile;
    this.certificate = authority.certificate.toString();
    this.commonName = authority.commonName;
    this.fingerprint = authority.certificate.fingerprint256;
    this.validUntilMs = Date.parse(authority.certificate.validTo);
  }

  fallback(): ServerCertificate {
    return this.#issue([...new Set(this.#fallbackNames)].filter(isPermitted));
  }

  forName(name: string): ServerCertificate | undefined {
    return isPermitted(name) ? this.#issue([name]) : undefined;
  }

  #issue(names: readonly string[]): ServerCertificate {
    const nowMs = this.#clock.now();
    const notBeforeMs = nowMs - backdateMs;
    const validUntilMs = Math.min(notBeforeMs + serverDays * dayMs, this.validUntilMs);
    const key = this.#serverKey();
    const cert = writeServerCertificate(
      {
        key,
        issuer: this.#authority,
        commonName: "Holdfast on this machine",
        notBeforeMs,
        notAfterMs: validUntilMs,
      },
      names.map(readSubjectName).filter((name) => name !== undefined),
    );
    return { cert, key: key.export({ type: "pkcs8", format: "pem" }).toString(), validUntilMs };
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
