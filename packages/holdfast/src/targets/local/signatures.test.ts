import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { memoryLog } from "../../base/log.ts";
import { readSignatures } from "./signatures.ts";

let folder = "";
const file = (): string => path.join(folder, "credentials.json");

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-signatures-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(text: string): Promise<void> {
  await writeFile(`${file()}.new`, text);
  await rename(`${file()}.new`, file());
}

function key(accessKeyId: string): string {
  return JSON.stringify([{ accessKeyId, secretAccessKey: "s" }]);
}

it("the file of credentials counts as it is now, and one that cannot be read leaves those of before", async () => {
  await write(key("first"));
  const log = memoryLog();
  const environment = { AWS_ACCESS_KEY_ID: "mine", AWS_SECRET_ACCESS_KEY: "m" };
  const options = { mode: "strict", credentialsFile: file() } as const;
  const signatures = await readSignatures(options, environment, log);
  const { access } = signatures;
  if (access.mode !== "strict") throw new Error("Not strict");
  const taken = (): (string | undefined)[] =>
    ["mine", "first", "second"].map((id) => access.credentials.get(id)?.secret);
  expect(taken()).toEqual(["m", "s", undefined]);

  await write(key("second"));
  await vi.waitFor(() => expect(taken()).toEqual(["m", undefined, "s"]), { timeout: 10_000 });
  await write("no list");
  await vi.waitFor(() => expect(log.entries.at(-1)?.event).toBe("credentials-kept"), { timeout: 10_000 });
  expect(taken()).toEqual(["m", undefined, "s"]);
  signatures.close();
});

it("keys that everybody knows are taken only where functions have them", async () => {
  const strict = async (environment: Record<string, string>) => {
    const { access } = await readSignatures({ mode: "strict" }, environment, memoryLog());
    return access.mode === "strict" && access.credentials.get("holdfast") !== undefined;
  };
  expect(await strict({ HOME: folder })).toBe(true);
  expect(await strict({ HOME: folder, AWS_PROFILE: "work" })).toBe(false);
  expect(await strict({ AWS_ACCESS_KEY_ID: "mine", AWS_SECRET_ACCESS_KEY: "m" })).toBe(false);
});
