import type { IncomingMessage } from "node:http";

/** How many bytes of bodies may be held at a time, over all requests. */
export class BodyBudget {
  #freeBytes: number;

  constructor(bytes: number) {
    this.#freeBytes = bytes;
  }

  take(bytes: number): boolean {
    if (bytes > this.#freeBytes) return false;
    this.#freeBytes -= bytes;
    return true;
  }

  release(bytes: number): void {
    this.#freeBytes += bytes;
  }
}

export type BodyReading = BodyOutcome & {
  /** To be given back to the budget when the body is not needed any more. */
  readonly heldBytes: number;
};

type BodyOutcome =
  | { readonly outcome: "read"; readonly body: Buffer }
  | { readonly outcome: "too-large" }
  /** The budget is used up. */
  | { readonly outcome: "no-room" }
  /** The client left. */
  | { readonly outcome: "aborted" };

/** Reads a request's body, as far as it may be. How long that takes is the server's limit. */
export function readBody(
  request: IncomingMessage,
  bodyBytes: number,
  budget: BodyBudget,
): Promise<BodyReading> {
  const { promise, resolve } = Promise.withResolvers<BodyReading>();
  const chunks: Buffer[] = [];
  let heldBytes = 0;
  const finish = (outcome: BodyOutcome): void => {
    request.off("data", take);
    resolve({ ...outcome, heldBytes });
  };
  const take = (chunk: Buffer): void => {
    if (heldBytes + chunk.length > bodyBytes) finish({ outcome: "too-large" });
    else if (!budget.take(chunk.length)) finish({ outcome: "no-room" });
    else {
      chunks.push(chunk);
      heldBytes += chunk.length;
    }
  };
  if (Number(request.headers["content-length"] ?? 0) > bodyBytes) {
    finish({ outcome: "too-large" });
    return promise;
  }
  request.on("data", take);
  request.once("end", () => finish({ outcome: "read", body: Buffer.concat(chunks) }));
  // Comes after a body that was read, too: the first outcome counts.
  request.once("close", () => finish({ outcome: "aborted" }));
  return promise;
}
