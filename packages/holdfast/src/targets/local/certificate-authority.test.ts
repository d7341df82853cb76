import { execFileSync, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { isIP, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect, createServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HoldfastError } from "../../base/errors.ts";
import type { ServerCertificate } from "../../gateway/tls/certificate-source.ts";
import { openCertificateAuthority } from "./certificate-authority.ts";
import { openAuthorityFile } from "./certificates/authority-file.ts";
import { writeServerCertificate } from "./certificates/certificate.ts";
import { readSubjectName } from "./certificates/subject-name.ts";

const dayMs = 24 * 60 * 60 * 1000;
const clock = { now: () => Date.now() };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-ca-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const inside = (name: string): string => path.join(folder, name);

describe("the local authority", () => {
  it("is made once, and shows its certificate only", async () => {
    const first = await openCertificateAuthority({ folder: inside("once"), clock });
    const second = await openCertificateAuthority({ folder: inside("once"), clock });

    expect(second.fingerprint).toBe(first.fingerprint);
    expect(await readFile(first.certificateFile, "utf8")).toBe(first.certificate);
    expect(first.certificate).not.toContain("PRIVATE");
    expect(await readFile(path.join(folder, "once", ".gitignore"), "utf8")).toBe("*\n");
  });

  it.skipIf(process.platform === "win32")("keeps its key for its owner alone", async () => {
    await openCertificateAuthority({ folder: inside("mode"), clock });
    const { mode } = await stat(inside("mode/authority.pem"));
    expect(mode & 0o777).toBe(0o600);
  });

  it("is one, however many start at the same time", async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, () => openCertificateAuthority({ folder: inside("race"), clock })),
    );
    expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(1);
  });

  it("lasts ten years, and is made anew before they are over or when its file is broken", async () => {
    const first = await openCertificateAuthority({ folder: inside("old"), clock });
    expect(first.validUntilMs - Date.now()).toBeGreaterThan(3649 * dayMs);
    const later = { now: () => Date.now() + 3630 * dayMs };
    const renewed = await openCertificateAuthority({ folder: inside("old"), clock: later });
    expect(renewed.fingerprint).not.toBe(first.fingerprint);
    expect(await readFile(renewed.certificateFile, "utf8")).toBe(renewed.certificate);

    await writeFile(path.join(folder, "old", "authority.pem"), "half of i");
    const mended = await openCertificateAuthority({ folder: inside("old"), clock });
    expect(mended.fingerprint).not.toBe(renewed.fingerprint);
  });

  it("says where it cannot be kept", async () => {
    await writeFile(inside("file"), "");
    const opening = openCertificateAuthority({ folder: inside("file/tls"), clock });
    await expect(opening).rejects.toBeInstanceOf(HoldfastError);
    await expect(opening).rejects.toMatchObject({ code: "STATE_NOT_WRITABLE" });
  });

  it("makes certificates of at most 397 days, none of which outlives it", async () => {
    const authority = await openCertificateAuthority({ folder: inside("dates"), clock });
    const { validFromDate, validToDate } = new X509Certificate(authority.fallback().cert);
    expect(validToDate.getTime() - validFromDate.getTime()).toBe(397 * dayMs);

    const late = { now: () => Date.now() + 3600 * dayMs };
    const later = await openCertificateAuthority({ folder: inside("dates"), clock: late });
    const short = new X509Certificate(later.fallback().cert);
    expect(short.validToDate.getTime()).toBe(authority.validUntilMs);
  });
});

/** Connects with Node's own TLS; resolves with undefined, or why the client would not go on. */
async function refusalOf(
  certificate: Pick<ServerCertificate, "cert" | "key">,
  ca: string,
  servername: string,
): Promise<unknown> {
  const server = createServer(certificate, (socket) => socket.on("error", () => {}).end());
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  // An IP address is not asked for by name, and checked all the same.
  const asked = isIP(servername) === 0 ? { host: "127.0.0.1", servername } : { host: servername };
  const socket = connect({ port, ca, ...asked });
  try {
    await once(socket, "secureConnect");
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return `${code}: ${message}`;
  } finally {
    socket.destroy();
    server.close();
  }
}

describe("its certificates, as Node's TLS sees them", () => {
  it.each([
    "localhost",
    "bucket.with.dots.s3.us-east-1.amazonaws.com",
    "a1.execute-api.us-east-1.amazonaws.com",
    "chat.test",
  ])("hold for %s", async (name) => {
    const authority = await openCertificateAuthority({ folder: inside("tls"), clock });
    const certificate = authority.forName(name);
    expect(certificate && (await refusalOf(certificate, authority.certificate, name))).toBeUndefined();
  });

  it.each(["localhost", "127.0.0.1"])(
    "hold for %s with what a client gets that asks for no other name",
    async (name) => {
      const authority = await openCertificateAuthority({ folder: inside("tls"), clock });
      expect(await refusalOf(authority.fallback(), authority.certificate, name)).toBeUndefined();
      const { subjectAltName } = new X509Certificate(authority.fallback().cert);
      expect(subjectAltName).toBe("DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1");
    },
  );

  it("do not hold for another name, nor for whoever does not trust the authority", async () => {
    const authority = await openCertificateAuthority({ folder: inside("tls"), clock });
    const other = await openCertificateAuthority({ folder: inside("other"), clock });
    const { certificate } = authority;
    expect(await refusalOf(authority.fallback(), certificate, "chat.test")).toContain(
      "ERR_TLS_CERT_ALTNAME_INVALID",
    );
    expect(await refusalOf(authority.fallback(), other.certificate, "localhost")).toMatch(/UNABLE_TO/);
  });

  it("are not made for names of others; and whoever steals the key can make none that hold", async () => {
    const authority = await openCertificateAuthority({ folder: inside("tls"), clock });
    expect(authority.forName("example.com")).toBeUndefined();
    expect(authority.forName("8.8.8.8")).toBeUndefined();

    const stolen = await openAuthorityFile(inside("tls/authority.pem"), Date.now());
    const names = [readSubjectName("example.com")].filter((name) => name !== undefined);
    const cert = writeServerCertificate(
      {
        key: stolen.key,
        issuer: stolen,
        commonName: "forged",
        notBeforeMs: Date.now() - dayMs,
        notAfterMs: Date.now() + dayMs,
      },
      names,
    );
    const key = stolen.key.export({ type: "pkcs8", format: "pem" }).toString();
    expect(await refusalOf({ cert, key }, authority.certificate, "example.com")).toContain(
      "permitted subtree violation",
    );
  });

  it("include the address that the app listens on", async () => {
    const fallbackNames = ["192.168.7.7", "8.8.8.8", "chat.test"];
    const authority = await openCertificateAuthority({ folder: inside("tls"), clock, fallbackNames });
    const { subjectAltName } = new X509Certificate(authority.fallback().cert);
    expect(subjectAltName).toContain("IP Address:192.168.7.7, DNS:chat.test");
    expect(subjectAltName).not.toContain("8.8.8.8");
  });
});

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
if (!hasOpenssl) console.warn("⚠ openssl is not installed: its strict check of certificates is skipped.");

it.skipIf(!hasOpenssl)("openssl finds nothing amiss with them, strictly", async () => {
  const authority = await openCertificateAuthority({ folder: inside("strict"), clock });
  await writeFile(inside("server.pem"), authority.fallback().cert);
  const args = ["verify", "-x509_strict", "-CAfile", authority.certificateFile, inside("server.pem")];
  expect(execFileSync("openssl", args, { encoding: "utf8" })).toContain("server.pem: OK");
});
