/** One thing that a client does, and what it must see. */
export interface ProtocolCase {
  readonly name: string;
  /** What it sends, each piece in a write of its own. */
  readonly sends: readonly Uint8Array[];
  /** The messages that the server must have understood, in their order: bytes for binary ones. */
  readonly messages?: readonly (string | Uint8Array)[];
  /** The pings that must be answered: the last one, and before it any of the others (RFC 6455, 5.5.3). */
  readonly pings?: readonly (string | Uint8Array)[];
  /** How the server must close. Without it the client closes with 1000 in the end, and the server must answer so. */
  readonly closes?: ExpectedClose;
}

export interface ExpectedClose {
  /** Absent for a close frame without a code. */
  readonly code?: number;
  /** Asked for only where the client gave one. */
  readonly reason?: string;
}

/** Several pieces as one write. */
export function together(...pieces: readonly Uint8Array[]): Uint8Array[] {
  return [Buffer.concat(pieces)];
}

/** All of it in writes of so many bytes. */
export function chopped(size: number, ...pieces: readonly Uint8Array[]): Uint8Array[] {
  const all = Buffer.concat(pieces);
  const chops: Uint8Array[] = [];
  for (let at = 0; at < all.length; at += size) chops.push(all.subarray(at, at + size));
  return chops;
}
