import { hkdfSync, randomBytes as systemRandomBytes } from "node:crypto";
import type { Credential, KnownCredentials, SignatureAccess } from "../../gateway/iam/authenticate.ts";
import { isAwsHost } from "../../model/aws-hosts.ts";
import { functionIdentity } from "../../model/iam/function-identity.ts";
import type { FunctionModel } from "../../model/app-model.ts";
import { awsNamesAreOff } from "./aws-environment.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface FunctionCredentialsOptions {
  /** Whose signatures are taken, besides. */
  readonly signatures: SignatureAccess;
  readonly accountId: string;
  readonly environment: Environment;
  readonly randomBytes?: (size: number) => Buffer;
  /** What keys are made of, so that other processes of the app make the same; absent: of chance. */
  readonly keySeed?: string;
}

/** What a function finds in its environment. */
type Keys = Readonly<Record<"AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" | "AWS_SESSION_TOKEN", string>>;

/**
 * Keys of functions that have roles: each has its own, by which it is known when it calls. They are made for one run and
 * are in no file.
 */
export class FunctionCredentials {
  readonly #options: FunctionCredentialsOptions;
  readonly #keys = new Map<string, Keys>();
  readonly #functions = new Map<string, string>();
  readonly #credentials = new Map<string, Credential>();
  /** The variable that keeps functions from having keys of their own: they then have the user's. */
  readonly givenUp: string | undefined;
  /** Whose signatures are taken, those of functions included. */
  readonly signatures: SignatureAccess;

  constructor(options: FunctionCredentialsOptions) {
    this.#options = options;
    this.givenUp = whyGivenUp(options.environment);
    const { signatures } = options;
    this.signatures = signatures.mode === "strict" ? this.#join(signatures.credentials) : signatures;
  }

  /** Nothing for functions that run in code-first apps, which have the surroundings' keys. */
  environmentOf(fn: FunctionModel): Readonly<Record<string, string>> {
    if (fn.code.kind !== "handler" || this.givenUp !== undefined) return {};
    const keys = this.#keys.get(fn.name) ?? this.#make(fn.name);
    this.#keys.set(fn.name, keys);
    this.#functions.set(keys.AWS_ACCESS_KEY_ID, fn.name);
    this.#credentials.set(keys.AWS_ACCESS_KEY_ID, {
      secret: keys.AWS_SECRET_ACCESS_KEY,
      sessionToken: keys.AWS_SESSION_TOKEN,
      userArn: functionIdentity(fn, this.#options.accountId).sessionArn,
    });
    return keys;
  }

  #join(others: KnownCredentials): SignatureAccess {
    const get = (id: string): Credential | undefined => this.#credentials.get(id) ?? others.get(id);
    return { mode: "strict", credentials: { get } };
  }

  functionOf(accessKeyId: string): string | undefined {
    return this.#functions.get(accessKeyId);
  }

  #make(functionName: string): Keys {
    const bytes = this.#bytesFor(functionName);
    const id = Array.from(bytes.subarray(0, 16), (byte) => alphabet[byte & 31]).join("");
    return {
      AWS_ACCESS_KEY_ID: `ASIA${id}`,
      AWS_SECRET_ACCESS_KEY: bytes.subarray(16, 46).toString("base64"),
      AWS_SESSION_TOKEN: bytes.subarray(46).toString("base64"),
    };
  }

  #bytesFor(functionName: string): Buffer {
    const { randomBytes = systemRandomBytes, keySeed } = this.#options;
    if (keySeed === undefined) return randomBytes(226);
    return Buffer.from(hkdfSync("sha256", keySeed, "", `keys of function ${functionName}`, 226));
  }
}

/** Capitals and digits, as in AWS's ids. */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * A user's own keys are no function's business, unless functions are to reach AWS itself: when its names are left alone,
 * or a variable such as `AWS_ENDPOINT_URL_SES` leads to one of them. A server of another name, such as an emulator's,
 * takes any keys.
 */
function whyGivenUp(environment: Environment): string | undefined {
  if (awsNamesAreOff(environment)) return "HOLDFAST_AWS_NAMES";
  return Object.entries(environment).find(
    ([name, url = ""]) =>
      name.startsWith("AWS_ENDPOINT_URL") && URL.canParse(url) && isAwsHost(new URL(url).hostname),
  )?.[0];
}
