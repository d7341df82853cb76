/**
 * Brings a listening port that somebody else opened; undefined where there is none for this address. Rejects with
 * `ADDRESS_IN_USE` or `ADDRESS_NOT_AVAILABLE`.
 */
export type OpenPort = (host: string, port: number) => Promise<HandedPort | undefined>;

/** A port that was opened elsewhere. Nothing is accepted there before somebody listens with the handle. */
export interface HandedPort {
  readonly port: number;
  /** What `net.Server.listen` takes: a server, a socket of the operating system's, or an object with its `fd`. */
  readonly handle: object;
}
