import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import path from "node:path";
import { HoldfastError } from "../../base/errors.ts";
import { describeMismatch } from "./program-format.ts";
import type { RuntimeCommand } from "./runtime-command.ts";
import type { RuntimeRequest } from "./runtime-request.ts";

/** A program of the function's own that speaks the Runtime API: `bootstrap` in its code, or in a layer (documented). */
export function findCustomRuntime(request: RuntimeRequest): RuntimeCommand {
  const { dir, environment } = request;
  const program = findProgram(request);
  checkProgram(request, program);
  const gateway = environment.HOLDFAST_GATEWAY;
  const isTold = environment.AWS_ENDPOINT_URL !== undefined || environment.HOLDFAST_AWS_NAMES === "off";
  return {
    command: [program],
    environment: {
      // Nothing can be put into a program that would lead AWS's names to the gateway; its SDK goes by this.
      ...(gateway !== undefined && !isTold && { AWS_ENDPOINT_URL: `http://${gateway}` }),
    },
    cwd: dir,
  };
}

function findProgram({ fn, dir, handler, layers }: RuntimeRequest): string {
  const inCode = path.join(dir, "bootstrap");
  const places = [inCode, ...layers.map((layer) => path.join(layer, "bootstrap"))];
  // The programs of go1.x have the handler's name; they speak the Runtime API where there is one.
  if (fn.runtime === "go1.x") places.push(path.join(dir, handler));
  const found = places.find((place) => statSync(place, { throwIfNoEntry: false })?.isFile() === true);
  if (found !== undefined) return found;
  throw new HoldfastError(
    "FUNCTION_CODE_INVALID",
    `Function "${fn.name}" has the runtime ${fn.runtime}, and there is no ${inCode}`,
    { hint: "Build the function's program, and name it `bootstrap`." },
  );
}

function checkProgram({ fn }: RuntimeRequest, program: string): void {
  const what = `The program of function "${fn.name}", ${program},`;
  const refuse = (why: string, hint: string): never => {
    throw new HoldfastError("FUNCTION_CODE_INVALID", `${what} ${why}`, { hint });
  };
  if (!isExecutable(program)) refuse("is not executable", `Make it so: chmod +x ${program}`);
  const mismatch = describeMismatch(readStart(program), { platform: process.platform, arch: process.arch });
  if (mismatch !== undefined)
    refuse(
      `cannot run here: ${mismatch}`,
      "Build it for this machine to run it here; for Lambda, build it as before.",
    );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** As much as says what kind of program it is. */
function readStart(file: string): Buffer {
  const descriptor = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(64);
    return bytes.subarray(0, readSync(descriptor, bytes));
  } finally {
    closeSync(descriptor);
  }
}
