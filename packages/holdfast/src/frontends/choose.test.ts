import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { chooseApp } from "./choose.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-choose-"));
});
afterEach(() => rm(folder, { recursive: true }));

it.each([
  ["template.yaml", "Resources:\n  A: {}\n"],
  ["one-line.json", '{"Description":"x","Resources":{}}'],
  ["stack.template", "AWSTemplateFormatVersion: 2010-09-09\n"],
  ["app.ts", ""],
])("%s is an app of its folder", async (name, text) => {
  await writeFile(path.join(folder, name), text);
  expect(await chooseApp(name, folder)).toMatchObject({ appDir: folder });
});

it("a folder's app is its TypeScript before its template, and a cdk.out is its parent's", async () => {
  await mkdir(path.join(folder, "cdk.out"));
  for (const name of ["manifest.json", "cdk.out"]) await writeFile(path.join(folder, "cdk.out", name), "{}");
  expect(await chooseApp(undefined, folder)).toMatchObject({ appDir: folder });
  expect(await chooseApp("cdk.out", folder)).toMatchObject({ appDir: folder });
});

it("what is no app is told so, with what would be", async () => {
  await writeFile(path.join(folder, "data.json"), "{}");
  await expect(chooseApp("data.json", folder)).rejects.toMatchObject({
    code: "APP_KIND_UNKNOWN",
    hint: expect.stringContaining("--from cloudformation"),
  });
  await expect(chooseApp("nothing", folder)).rejects.toMatchObject({ code: "APP_FILE_NOT_FOUND" });
  await expect(chooseApp(".", folder)).rejects.toMatchObject({ code: "APP_FILE_NOT_FOUND" });
  await expect(chooseApp(".", folder, { from: "pulumi" })).rejects.toMatchObject({ code: "OPTION_INVALID" });
});
