import { pathToFileURL } from "node:url";
import { HoldfastError } from "../base/errors.ts";
import { appBrand, type RegisteredApp } from "./registered-app.ts";

/** Runs a bundle's module. Rejects with `APP_NO_DEFAULT_EXPORT`, or with whatever the module throws. */
export async function loadApp(file: string): Promise<RegisteredApp> {
  const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  if (isRegisteredApp(module.default)) return module.default;
  throw new HoldfastError(
    "APP_NO_DEFAULT_EXPORT",
    "default" in module
      ? `The app file's default export is ${describe(module.default)}, not an App`
      : "The app file has no default export",
  );
}

function isRegisteredApp(value: unknown): value is RegisteredApp {
  return typeof value === "object" && value !== null && appBrand in value && value[appBrand] === true;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  const kind = typeof value === "object" ? (value.constructor?.name ?? "object") : typeof value;
  return `a value of type ${kind}`;
}
