import { randomBytes as systemRandomBytes } from "node:crypto";
import type { Clock } from "../../base/clock.ts";

export type RandomBytes = (size: number) => Buffer;

export interface Identity {
  readonly arn: string;
  readonly userId: string;
}

export interface Credentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  /** As XML has times: `2026-01-01T00:00:00Z`. */
  readonly Expiration: string;
}

/** Whose keys are remembered, so that they can be told who they are. */
const rememberedKeys = 10_000;

/** Keys that were given out, in the form of AWS's, and who has them. */
export class IssuedKeys {
  readonly #clock: Clock;
  readonly #randomBytes: RandomBytes;
  readonly #identities = new Map<string, Identity>();

  constructor(clock: Clock, randomBytes: RandomBytes = systemRandomBytes) {
    this.#clock = clock;
    this.#randomBytes = randomBytes;
  }

  /** Undefined for a key from elsewhere, and for one that was given out long ago. */
  identityOf(accessKeyId: string): Identity | undefined {
    return this.#identities.get(accessKeyId);
  }

  assume(
    { account, role }: { readonly account: string; readonly role: string },
    session: string,
    seconds: number,
  ): Identity & { readonly credentials: Credentials } {
    const identity = {
      arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
      userId: `AROA${this.#characters(17)}:${session}`,
    };
    return { ...identity, credentials: this.issue(identity, seconds) };
  }

  issue(identity: Identity, seconds: number): Credentials {
    const AccessKeyId = `ASIA${this.#characters(16)}`;
    this.#identities.set(AccessKeyId, identity);
    const [oldest] = this.#identities.keys();
    if (this.#identities.size > rememberedKeys && oldest !== undefined) this.#identities.delete(oldest);
    return {
      AccessKeyId,
      SecretAccessKey: this.#randomBytes(30).toString("base64"),
      SessionToken: this.#randomBytes(180).toString("base64"),
      Expiration: new Date(this.#clock.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z"),
    };
  }

  /** Capitals and digits, as in AWS's ids. */
  #characters(count: number): string {
    return Array.from(this.#randomBytes(count), (byte) => alphabet[byte & 31]).join("");
  }
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
