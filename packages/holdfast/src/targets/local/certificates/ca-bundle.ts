import { readFile } from "node:fs/promises";
import tls from "node:tls";
import { replaceFile } from "./replace-file.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What AWS's SDKs, Python's requests, OpenSSL and Node read the name of a file of trusted authorities from. */
export const bundleVariables = [
  "AWS_CA_BUNDLE",
  "REQUESTS_CA_BUNDLE",
  "SSL_CERT_FILE",
  "NODE_EXTRA_CA_CERTS",
] as const;

/** Where systems keep the authorities that they trust, in one file. */
const systemFiles = [
  // Debian, Ubuntu, Arch, Alpine.
  "/etc/ssl/certs/ca-certificates.crt",
  // Fedora, RHEL, Amazon Linux.
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/pki/tls/certs/ca-bundle.crt",
  // openSUSE.
  "/etc/ssl/ca-bundle.pem",
  // macOS, FreeBSD, OpenBSD.
  "/etc/ssl/cert.pem",
];

/**
 * Writes one file of everybody that a function may trust: the system's authorities, those of the files that the user's
 * environment names, and `own`. For programs that can be given one file only.
 */
export async function writeCaBundle(file: string, own: string, environment: Environment): Promise<void> {
  // After a nested start the variable may name the very file that is to be written.
  const named = bundleVariables.flatMap((name) => environment[name] ?? []).filter((one) => one !== file);
  const texts = [own, ...(await systemAuthorities()), ...(await readFiles(named))];
  const bundle = `${[...new Set(texts.flatMap(certificatesIn))].join("\n")}\n`;
  if ((await readFile(file, "utf8").catch(() => "")) !== bundle) await replaceFile(file, bundle);
}

async function systemAuthorities(): Promise<readonly string[]> {
  for (const file of systemFiles) {
    const [text] = await readFiles([file]);
    if (text !== undefined) return [text];
  }
  // The keychain of macOS and the store of Windows.
  return [...tls.getCACertificates("bundled"), ...tls.getCACertificates("system")];
}

/** Files that cannot be read are left out: they are of no use to anybody else either. */
async function readFiles(files: readonly string[]): Promise<readonly string[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => undefined)));
  return texts.filter((text) => text !== undefined);
}

const certificatePattern = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function certificatesIn(text: string): readonly string[] {
  return (text.match(certificatePattern) ?? []).map((one) => one.replaceAll("\r", ""));
}
