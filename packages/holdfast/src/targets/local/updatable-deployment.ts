import { HoldfastError } from "../../base/errors.ts";
import type { AppModel, FunctionModel } from "../../model/app-model.ts";
import type { Reading } from "../../ports/frontend.ts";
import type { ConfigurationChange, FunctionUpdates } from "../../ports/function-updates.ts";
import type { Deployment } from "./deployment.ts";
import type { UploadedCode, UploadedCodes } from "./function-code.ts";

export interface UpdatableDeployment extends Deployment {
  readonly updates: FunctionUpdates;
}

/**
 * A deployment whose functions can be changed while it runs. What is uploaded goes before the app's own code until that
 * code changes; a changed configuration lasts until the app's files are read again. Deployments come one after another.
 */
export function createUpdatableDeployment(deployment: Deployment, codes: UploadedCodes): UpdatableDeployment {
  return new UpdatedDeployment(deployment, codes);
}

/** Of a deployment that is made later: whoever asks before finds nothing to change. */
export function updatesOf(deployment: () => UpdatableDeployment | undefined): FunctionUpdates {
  const find = async (): Promise<FunctionUpdates> => {
    const updates = deployment()?.updates;
    if (updates === undefined) throw new HoldfastError("HANDLER_MISSING", "The app does not run yet");
    return updates;
  };
  return {
    replaceCode: async (name, zip) => (await find()).replaceCode(name, zip),
    configure: async (name, change) => (await find()).configure(name, change),
    codeFacts: (name) => deployment()?.updates.codeFacts(name),
  };
}

type Applied = Awaited<ReturnType<Deployment["apply"]>>;

class UpdatedDeployment implements UpdatableDeployment, FunctionUpdates {
  readonly #deployment: Deployment;
  readonly #codes: UploadedCodes;
  /** As it was read: without the changes. */
  #reading: Reading | undefined;
  #configurations: ReadonlyMap<string, ConfigurationChange> = new Map();
  #last: Promise<unknown> = Promise.resolve();

  constructor(deployment: Deployment, codes: UploadedCodes) {
    this.#deployment = deployment;
    this.#codes = codes;
  }

  get updates(): FunctionUpdates {
    return this;
  }

  model(): AppModel | undefined {
    return this.#deployment.model();
  }

  apply(reading: Reading): Promise<Applied> {
    return this.#inTurn(async () => {
      const applied = await this.#deployment.apply(this.#revise(reading, new Map()));
      this.#reading = reading;
      this.#configurations = new Map();
      for (const name of this.#codes.names())
        if (!this.#isCurrent(this.#codes.find(name), name, reading)) await this.#codes.drop(name);
      return applied;
    });
  }

  replaceCode(functionName: string, zip: Uint8Array): ReturnType<FunctionUpdates["replaceCode"]> {
    return this.#inTurn(async () => {
      const { reading } = this.#find(functionName);
      const ownRevision = revisionOf(functionName, reading) ?? "";
      const code = await this.#codes.unpack(functionName, zip, ownRevision);
      const changed = replaceIn(this.#revise(reading, this.#configurations), functionName, code);
      await this.#deployment.apply(changed);
      await this.#codes.keep(functionName, code);
      const { codeSha256, codeSize, lastModifiedMs } = code;
      return { codeSha256, codeSize, lastModifiedMs };
    });
  }

  configure(functionName: string, change: ConfigurationChange): Promise<void> {
    return this.#inTurn(async () => {
      const { reading } = this.#find(functionName);
      const before = this.#configurations.get(functionName);
      const configurations = new Map(this.#configurations).set(functionName, { ...before, ...change });
      await this.#deployment.apply(this.#revise(reading, configurations));
      this.#configurations = configurations;
    });
  }

  codeFacts(functionName: string): ReturnType<FunctionUpdates["codeFacts"]> {
    return this.#codes.find(functionName);
  }

  #find(functionName: string): { readonly reading: Reading } {
    const reading = this.#reading;
    const model = reading?.model?.functions.find(({ name }) => name === functionName);
    if (reading === undefined || model === undefined)
      throw new HoldfastError("HANDLER_MISSING", `There is no function "${functionName}"`);
    if (model.code.kind !== "handler")
      throw new HoldfastError(
        "FUNCTION_CODE_INVALID",
        `The code of function "${functionName}" is the app's own module`,
        { hint: "Change its files instead." },
      );
    return { reading };
  }

  /** A reading with the changes, but for uploaded code whose function has changed since. */
  #revise(reading: Reading, configurations: ReadonlyMap<string, ConfigurationChange>): Reading {
    if (reading.model === undefined) return reading;
    const functions = reading.model.functions.map((fn) => ({ ...fn, ...configurations.get(fn.name) }));
    const configured: Reading = { ...reading, model: { ...reading.model, functions } };
    return functions.reduce((revised, { name }) => {
      const code = this.#codes.find(name);
      return this.#isCurrent(code, name, reading) ? replaceIn(revised, name, code) : revised;
    }, configured);
  }

  #isCurrent(code: UploadedCode | undefined, name: string, reading: Reading): code is UploadedCode {
    return code !== undefined && code.ownRevision === revisionOf(name, reading);
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const running = this.#last.then(run);
    this.#last = running.catch(() => {});
    return running;
  }
}

/** Of the function's code in the app's files; undefined when there is no such function. */
function revisionOf(name: string, { model, codeRevisions }: Reading): string | undefined {
  const isThere = model?.functions.some((fn) => fn.name === name && fn.code.kind === "handler") === true;
  return isThere ? (codeRevisions?.[name] ?? "") : undefined;
}

function replaceIn(
  reading: Reading,
  functionName: string,
  { dir, codeSha256, ownRevision }: UploadedCode,
): Reading {
  const { model } = reading;
  if (model === undefined) return reading;
  const functions = model.functions.map((fn): FunctionModel => {
    if (fn.name !== functionName || fn.code.kind !== "handler") return fn;
    return { ...fn, code: { ...fn.code, dir } };
  });
  const revision = `${ownRevision} uploaded ${codeSha256}`;
  return {
    ...reading,
    model: { ...model, functions },
    codeRevisions: { ...reading.codeRevisions, [functionName]: revision },
  };
}
