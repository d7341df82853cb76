import {
  createPrivateKey,
  generateKeyPairSync,
  randomUUID,
  X509Certificate,
  type KeyObject,
} from "node:crypto";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { writeAuthorityCertificate } from "./certificate.ts";

/** A key that vouches for others, and the certificate that says so. */
export interface AuthorityKey {
  readonly key: KeyObject;
  readonly certificate: X509Certificate;
  readonly commonName: string;
}

const dayMs = 24 * 60 * 60 * 1000;
/** Long, because each change of it has to be trusted anew by hand; ours alone. */
const authorityDays = 3650;
/** It is renewed before it gets in the way. */
const renewalDays = 30;
/** Clocks of other machines may be behind. */
export const backdateMs = dayMs;

/**
 * The authority in `file`, made when there is none that can be used. Of two processes that start at the same time one
 * makes it. The file holds the private key and can be read by its owner only.
 */
export async function openAuthorityFile(file: string, nowMs: number): Promise<AuthorityKey> {
  const existing = await readAuthority(file, nowMs);
  if (existing !== undefined) return existing;
  await mkdir(path.dirname(file), { recursive: true });
  // The key is nobody else's business.
  await writeFile(path.join(path.dirname(file), ".gitignore"), "*\n");
  // Linked and renamed into place, so that nobody reads half of it.
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, makeAuthority(nowMs), { mode: 0o600, flag: "wx" });
    await link(draft, file).catch(async () => {
      // Somebody was faster, or what lies there is of no use.
      if ((await readAuthority(file, nowMs)) === undefined) await rename(draft, file);
    });
  } finally {
    await rm(draft, { force: true });
  }
  const made = await readAuthority(file, nowMs);
  if (made === undefined) throw new Error(`${file} was written and cannot be used`);
  return made;
}

/** Undefined when there is none, or it is no longer of use. */
async function readAuthority(file: string, nowMs: number): Promise<AuthorityKey | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  try {
    const certificate = new X509Certificate(text);
    const key = createPrivateKey(text);
    const isUsable =
      certificate.checkPrivateKey(key) && Date.parse(certificate.validTo) > nowMs + renewalDays * dayMs;
    const commonName = certificate.subject.replace(/^CN=/, "");
    return isUsable ? { key, certificate, commonName } : undefined;
  } catch {
    return undefined;
  }
}

/** Its name is its own: programs tell authorities apart by name first. */
function makeAuthority(nowMs: number): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const commonName = `Holdfast local authority ${randomUUID().slice(0, 8)}`;
  const certificate = writeAuthorityCertificate({
    key: privateKey,
    issuer: { commonName, key: privateKey },
    commonName,
    notBeforeMs: nowMs - backdateMs,
    notAfterMs: nowMs + authorityDays * dayMs,
  });
  return certificate + privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
