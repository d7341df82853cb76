import { createHash, createPublicKey, randomBytes, sign, type KeyObject } from "node:crypto";
import {
  bitString,
  contextTag,
  integer,
  octetString,
  oid,
  sequence,
  set,
  time,
  toPem,
  utf8String,
  yes,
} from "./der.ts";
import {
  addressBytes,
  networkMask,
  permittedDomains,
  permittedNetworks,
  type SubjectName,
} from "./subject-name.ts";

export interface CertificateRequest {
  /** The holder's P-256 key, public or private. */
  readonly key: KeyObject;
  readonly issuer: Issuer;
  readonly commonName: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export interface Issuer {
  readonly commonName: string;
  /** A private P-256 key. */
  readonly key: KeyObject;
}

const oids = {
  commonName: "2.5.4.3",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuthentication: "1.3.6.1.5.5.7.3.1",
} as const;

/** A certificate, in PEM, of an authority that signs itself, may have none below it, and only vouches for local names. */
export function writeAuthorityCertificate(request: CertificateRequest): string {
  return writeCertificate(request, [
    extension(oids.basicConstraints, "critical", sequence(yes, integer(0))),
    // keyCertSign and cRLSign: the sixth and seventh bit.
    extension(oids.keyUsage, "critical", bitString(Buffer.from([0b0000_0110]), 1)),
    extension(oids.subjectKeyIdentifier, "plain", octetString(keyIdentifier(request.key))),
    extension(oids.nameConstraints, "critical", sequence(contextTag(0, true, ...permittedSubtrees()))),
  ]);
}

/** A server's certificate, in PEM. Its common name is for people: clients go by `names`. */
export function writeServerCertificate(request: CertificateRequest, names: readonly SubjectName[]): string {
  const issuerId = contextTag(0, false, keyIdentifier(request.issuer.key));
  return writeCertificate(request, [
    // digitalSignature: the first bit.
    extension(oids.keyUsage, "critical", bitString(Buffer.from([0b1000_0000]), 7)),
    extension(oids.extendedKeyUsage, "plain", sequence(oid(oids.serverAuthentication))),
    extension(oids.subjectAltName, "plain", sequence(...names.map(generalName))),
    extension(oids.subjectKeyIdentifier, "plain", octetString(keyIdentifier(request.key))),
    extension(oids.authorityKeyIdentifier, "plain", sequence(issuerId)),
  ]);
}

/** RFC 5280, 4.1. */
function writeCertificate(request: CertificateRequest, extensions: readonly Buffer[]): string {
  const { issuer } = request;
  const version3 = contextTag(0, true, integer(2));
  const algorithm = sequence(oid(oids.ecdsaWithSha256));
  const toBeSigned = sequence(
    version3,
    integer(randomBytes(16)),
    algorithm,
    distinguishedName(issuer.commonName),
    sequence(time(request.notBeforeMs), time(request.notAfterMs)),
    distinguishedName(request.commonName),
    publicKeyInfo(request.key),
    contextTag(3, true, sequence(...extensions)),
  );
  const signature = sign("sha256", toBeSigned, issuer.key);
  return toPem("CERTIFICATE", sequence(toBeSigned, algorithm, bitString(signature)));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(set(sequence(oid(oids.commonName), utf8String(commonName))));
}

function extension(id: string, importance: "critical" | "plain", value: Uint8Array): Buffer {
  return sequence(oid(id), ...(importance === "critical" ? [yes] : []), octetString(value));
}

function generalName(name: SubjectName): Buffer {
  return name.kind === "dns"
    ? contextTag(2, false, Buffer.from(name.name))
    : contextTag(7, false, name.bytes);
}

function permittedSubtrees(): Buffer[] {
  const domains = permittedDomains.map((domain) => contextTag(2, false, Buffer.from(domain)));
  const networks = permittedNetworks.map(([network, prefix]) => {
    const bytes = addressBytes(network);
    return contextTag(7, false, bytes, networkMask(bytes.length, prefix));
  });
  return [...domains, ...networks].map((base) => sequence(base));
}

function publicKeyInfo(key: KeyObject): Buffer {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return publicKey.export({ type: "spki", format: "der" });
}

/** Any digest of the key will do (RFC 5280, 4.2.1.2). */
function keyIdentifier(key: KeyObject): Buffer {
  return createHash("sha256").update(publicKeyInfo(key)).digest().subarray(0, 20);
}
