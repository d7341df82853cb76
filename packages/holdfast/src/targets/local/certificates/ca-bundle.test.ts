import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeCaBundle } from "./ca-bundle.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-bundle-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const fake = (body: string): string => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`;
const count = (text: string): number => text.split("-----BEGIN CERTIFICATE-----").length - 1;

it("holds ours, the system's and those of every file that the user names, each once", async () => {
  const file = path.join(folder, "bundle.pem");
  const corporate = path.join(folder, "corporate.pem");
  await writeFile(corporate, `# Corporate\r\n${fake("QUJD").replaceAll("\n", "\r\n")}\r\n${fake("REVG")}\n`);
  const missing = path.join(folder, "missing.pem");
  const environment = { AWS_CA_BUNDLE: corporate, SSL_CERT_FILE: corporate, NODE_EXTRA_CA_CERTS: missing };

  await writeCaBundle(file, `${fake("T1VSUw==")}\n`, environment);

  const bundle = await readFile(file, "utf8");
  expect(bundle.startsWith(fake("T1VSUw=="))).toBe(true);
  expect(bundle.split(fake("QUJD")).length).toBe(2);
  expect(bundle).toContain(fake("REVG"));
  expect(count(bundle)).toBeGreaterThan(50);
});

it("neither grows nor is written again when it is named itself", async () => {
  const file = path.join(folder, "bundle.pem");
  await writeCaBundle(file, fake("QQ=="), {});
  const before = await stat(file);
  await writeCaBundle(file, fake("QQ=="), { NODE_EXTRA_CA_CERTS: file });
  expect((await stat(file)).ino).toBe(before.ino);
});
