import type { Clock } from "../../base/clock.ts";
import { AwsServiceError } from "../aws-service-error.ts";
import type { OperationOutput } from "../service-face.ts";

/** As long as DynamoDB remembers a token. */
const rememberedMs = 10 * 60 * 1000;
const maximumRemembered = 10_000;

interface Known {
  readonly digest: string;
  readonly atMs: number;
  readonly answer: Promise<OperationOutput>;
}

/** Requests that are carried out once, however often they are sent. Not across restarts. */
export class ClientTokens {
  readonly #clock: Clock;
  /** In the order in which they came. */
  readonly #known = new Map<string, Known>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws `IdempotentParameterMismatchException` when the token came with another request. */
  once(token: string, digest: string, run: () => Promise<OperationOutput>): Promise<OperationOutput> {
    this.#forget();
    const known = this.#known.get(token);
    if (known !== undefined && known.digest !== digest)
      throw new AwsServiceError(
        "IdempotentParameterMismatchException",
        "The request was rejected because the provided token was already used with different parameters",
      );
    if (known !== undefined) return known.answer;
    const answer = run();
    this.#known.set(token, { digest, atMs: this.#clock.now(), answer });
    // What failed has done nothing, and may be tried again.
    answer.catch(() => this.#known.delete(token));
    return answer;
  }

  #forget(): void {
    const since = this.#clock.now() - rememberedMs;
    for (const [token, { atMs }] of this.#known) {
      if (atMs > since && this.#known.size < maximumRemembered) return;
      this.#known.delete(token);
    }
  }
}
