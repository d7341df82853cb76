import { mkdtemp, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { memoryLog } from "../../../src/base/log.ts";
import type { ServerCertificate } from "../../../src/gateway/tls/certificate-source.ts";
import { openFileCertificates } from "../../../src/gateway/tls/file-certificates.ts";
import { openCertificateAuthority } from "../../../src/targets/local/certificate-authority.ts";
import { eventually, startRig, type Rig } from "../gateway/rig.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-certificate-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function issue(): Promise<ServerCertificate> {
  const authority = await openCertificateAuthority({
    folder: await mkdtemp(path.join(folder, "authority-")),
    clock: systemClock,
  });
  return authority.fallback();
}

/** Writes a pair as tools do that never let half a file be seen. */
async function put({ cert, key }: Pick<ServerCertificate, "cert" | "key">, into = folder): Promise<void> {
  for (const [name, text] of [
    ["tls.crt", cert],
    ["tls.key", key],
  ] as const) {
    await writeFile(path.join(into, `${name}.new`), text);
    await rename(path.join(into, `${name}.new`), path.join(into, name));
  }
}

function open(log = memoryLog()) {
  return openFileCertificates({
    certificate: path.join(folder, "tls.crt"),
    key: path.join(folder, "tls.key"),
    clock: systemClock,
    log,
  });
}

/** The certificate that a client gets now, in PEM's inner form. */
async function served(rig: Rig): Promise<string> {
  const socket = connect({ port: rig.port, host: "127.0.0.1", rejectUnauthorized: false });
  await new Promise((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  return raw.toString("base64");
}

const inner = ({ cert }: ServerCertificate): string =>
  cert.replaceAll(/-----(?:BEGIN|END) CERTIFICATE-----|\s/g, "");

describe("a certificate in files", () => {
  it("is served, and a new one to new clients as soon as both files are there", async () => {
    const [first, second] = [await issue(), await issue()];
    await put(first);
    const certificates = await open();
    await using rig = await startRig({ functions: {}, certificates });
    expect(await served(rig)).toBe(inner(first));
    await put(second);
    let now = "";
    while (now !== inner(second)) now = await served(rig);
    certificates.close();
  });

  it("is replaced by another target of a link on its way, as Kubernetes does it", async () => {
    const [first, second] = [await issue(), await issue()];
    for (const [name, pair] of [
      ["one", first],
      ["two", second],
    ] as const) {
      await mkdir(path.join(folder, name));
      await put(pair, path.join(folder, name));
    }
    await symlink("one", path.join(folder, "..data"));
    for (const name of ["tls.crt", "tls.key"]) await symlink(`..data/${name}`, path.join(folder, name));
    const certificates = await open();
    expect(certificates.fallback().cert).toBe(first.cert);
    await symlink("two", path.join(folder, "..data.new"));
    await rename(path.join(folder, "..data.new"), path.join(folder, "..data"));
    await eventually(() => certificates.fallback().cert === second.cert);
    certificates.close();
  });

  it("stays where what comes in its place does not fit, until that is mended", async () => {
    const [first, second, third] = [await issue(), await issue(), await issue()];
    await put(first);
    const log = memoryLog();
    const certificates = await open(log);
    await put({ cert: second.cert, key: third.key });
    await eventually(() => log.entries.some(({ event }) => event === "tls.certificate-rejected"));
    expect(certificates.fallback().cert).toBe(first.cert);
    await put(third);
    await eventually(() => certificates.fallback().cert === third.cert);
    certificates.close();
  });

  it.each([
    ["is not there", async () => {}],
    ["is no PEM", async () => put({ cert: "no certificate", key: "no key" })],
    ["is not the key's", async () => put({ cert: (await issue()).cert, key: (await issue()).key })],
  ])("that %s is an error at the start", async (_, prepare) => {
    await prepare();
    await expect(open()).rejects.toMatchObject({ code: "TLS_FILES_INVALID", fault: "user" });
  });
});
