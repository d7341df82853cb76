import { X509Certificate } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeFolder, removeFolder, runHoldfast } from "../../support/holdfast.ts";

let folder: string;
beforeEach(async () => {
  folder = await realpath(await makeFolder({ "app.ts": "" }));
});
afterEach(() => removeFolder(folder));

interface Printed {
  readonly certificate: string;
  readonly commonName: string;
  readonly fingerprint: string;
  readonly steps: readonly { readonly system: string; readonly commands: readonly string[] }[];
}

it("trust makes the authority when there is none, and says where its certificate lies and how to trust it", async () => {
  const { code, stdout } = await runHoldfast(["trust", "--json"], folder);

  expect(code).toBe(0);
  const printed = JSON.parse(stdout) as Printed;
  expect(printed.certificate).toBe(path.join(folder, ".holdfast/tls/ca.pem"));
  const certificate = new X509Certificate(await readFile(printed.certificate));
  expect(certificate.ca).toBe(true);
  expect(certificate.subject).toBe(`CN=${printed.commonName}`);
  expect(certificate.fingerprint256).toBe(printed.fingerprint);
  expect(
    printed.steps.some(({ commands }) => commands.some((one) => one.includes(printed.certificate))),
  ).toBe(true);

  const again = await runHoldfast(["trust", "app.ts"], folder);
  expect(again.code).toBe(0);
  for (const text of [printed.fingerprint, printed.certificate, "Firefox", "macOS", "Windows", "curl"])
    expect(again.stdout).toContain(text);
});

it("trust of a place that is not there is a mistake of the user's", async () => {
  const { code, stderr } = await runHoldfast(["trust", "nowhere"], folder);
  expect(code).toBe(1);
  expect(stderr).toContain("APP_FILE_NOT_FOUND");
});
