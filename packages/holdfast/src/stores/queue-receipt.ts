/** Which receipt of which message a handle stands for. */
export interface Receipt {
  readonly queue: string;
  /** The message's place among all that ever came. */
  readonly sequence: number;
  /** The how manieth receipt of the message it is. */
  readonly count: number;
}

/** Opaque to whoever gets it, in Base64 as AWS's are. */
export function toHandle({ queue, sequence, count }: Receipt): string {
  return Buffer.from(`${mark} ${queue} ${sequence} ${count}`).toString("base64");
}

/** Undefined for what is no handle. */
export function readHandle(handle: string): Receipt | undefined {
  const [found, queue, sequence, count, ...others] = Buffer.from(handle, "base64").toString().split(" ");
  if (found !== mark || queue === undefined || others.length > 0) return undefined;
  const receipt = { queue, sequence: Number(sequence), count: Number(count) };
  const isWhole = Number.isSafeInteger(receipt.sequence) && Number.isSafeInteger(receipt.count);
  return isWhole && toHandle(receipt) === handle ? receipt : undefined;
}

const mark = "receipt";
