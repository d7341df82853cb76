import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { Clock, Timer } from "../../base/clock.ts";
import { HoldfastError, toError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { watchFile } from "../../base/watch-file.ts";
import type { CertificateSource, ServerCertificate } from "./certificate-source.ts";

export interface FileCertificatesOptions {
  /** A PEM file with the certificate, and behind it those of authorities in between. */
  readonly certificate: string;
  /** A PEM file with the certificate's private key, without a passphrase. */
  readonly key: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A certificate whose files are read again when they change. */
export interface FileCertificates extends CertificateSource {
  /** Ends the watching. */
  close(): void;
}

/** Certificate and key are written one after the other: both are read when nothing has changed for so long. */
const settleMs = 300;

/** From when on the log warns that a certificate ends. */
const warnMs = 14 * 24 * 60 * 60 * 1000;

/**
 * The certificate of two files. When they change, new handshakes get the new one, as soon as the pair fits; until then, and
 * where it never does, they get the one before. Rejects with `TLS_FILES_INVALID`.
 */
export async function openFileCertificates(options: FileCertificatesOptions): Promise<FileCertificates> {
  const pair = await readPair(options);
  return new WatchedPair(options, pair);
}

class WatchedPair implements FileCertificates {
  readonly #options: FileCertificatesOptions;
  readonly #watches: readonly (() => void)[];
  #pair: CertificatePair;
  #current: ServerCertificate;
  #settling: Timer | undefined;
  #closed = false;

  constructor(options: FileCertificatesOptions, pair: CertificatePair) {
    this.#options = options;
    this.#pair = pair;
    this.#current = this.#use(pair);
    this.#watches = [options.certificate, options.key].map((file) => watchFile(file, () => this.#changed()));
    this.#tellEnd(pair);
  }

  fallback(): ServerCertificate {
    return this.#current;
  }

  /** The certificate says which names are its own: every client gets it. */
  forName(): undefined {
    return undefined;
  }

  close(): void {
    this.#closed = true;
    this.#settling?.cancel();
    for (const unwatch of this.#watches) unwatch();
  }

  #use({ cert, key }: CertificatePair): ServerCertificate {
    const certificate: ServerCertificate = {
      cert,
      key,
      // Whoever writes the files sees to it that they are renewed.
      validUntilMs: Number.POSITIVE_INFINITY,
      isReplaced: () => this.#current !== certificate,
    };
    return certificate;
  }

  #changed(): void {
    this.#settling?.cancel();
    this.#settling = this.#options.clock.after(settleMs, () => void this.#reload());
  }

  async #reload(): Promise<void> {
    const { log } = this.#options;
    const pair = await readPair(this.#options).catch((error: unknown) => toError(error));
    if (this.#closed) return;
    if (pair instanceof Error) {
      log("error", "tls.certificate-rejected", {
        message: `The certificate was not replaced: ${pair.message}`,
        hint: "The one before stays in use. Mend the files; they are read again when they change.",
        error: pair,
      });
      return;
    }
    if (pair.cert === this.#pair.cert && pair.key === this.#pair.key) return;
    this.#pair = pair;
    this.#current = this.#use(pair);
    const { subject, validTo, fingerprint256 } = pair.leaf;
    log("info", "tls.certificate-replaced", {
      message: `New TLS handshakes get the certificate of ${subject.replaceAll("\n", ", ")}, valid until ${validTo}`,
      fingerprint: fingerprint256,
    });
    this.#tellEnd(pair);
  }

  #tellEnd({ leaf }: CertificatePair): void {
    const { clock, log, certificate } = this.#options;
    const leftMs = Date.parse(leaf.validTo) - clock.now();
    if (leftMs >= warnMs) return;
    log("warn", "tls.certificate-ends", {
      message: `The certificate in ${certificate} ${leftMs < 0 ? "ended" : "ends"} on ${leaf.validTo}`,
      hint: "Replace both files; they are read again when they change.",
    });
  }
}

interface CertificatePair {
  readonly cert: string;
  readonly key: string;
  readonly leaf: X509Certificate;
}

async function readPair({ certificate, key: keyFile }: FileCertificatesOptions): Promise<CertificatePair> {
  const [cert, key] = await Promise.all([read(certificate), read(keyFile)]);
  try {
    const leaf = new X509Certificate(cert);
    // Checks the key, and that it is the certificate's.
    createSecureContext({ cert, key });
    return { cert, key, leaf };
  } catch (cause) {
    throw new HoldfastError(
      "TLS_FILES_INVALID",
      `${certificate} and ${keyFile} are no certificate with its key: ${toError(cause).message}`,
      { cause },
    );
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new HoldfastError("TLS_FILES_INVALID", `Cannot read ${file}: ${toError(cause).message}`, { cause });
  }
}
