import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseEnv } from "node:util";
import { HoldfastError } from "../../base/errors.ts";

export interface SecretSource {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly appDir: string;
}

/**
 * A secret's value: the environment variable of its name, the contents of the file that `NAME_FILE` names (without a
 * last line break), or the line of its name in `.env` beside the app, in this order. Read each time, so that a change
 * counts at once. Throws `SECRET_MISSING`.
 */
export async function readSecret(name: string, { environment, appDir }: SecretSource): Promise<string> {
  const value = environment[name];
  if (value !== undefined) return value;
  const file = environment[`${name}_FILE`];
  if (file !== undefined) return readSecretFile(name, path.resolve(appDir, file));
  const text = await readFile(path.join(appDir, ".env"), "utf8").catch(() => "");
  const found = parseEnv(text)[name];
  if (found !== undefined) return found;
  throw new HoldfastError("SECRET_MISSING", `Nobody provides the secret "${name}"`);
}

async function readSecretFile(name: string, file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).replace(/\r?\n$/, "");
  } catch (cause) {
    throw new HoldfastError("SECRET_MISSING", `The file of the secret "${name}" cannot be read: ${file}`, {
      cause,
    });
  }
}
