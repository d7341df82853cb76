/** A server's certificate and its key, both in PEM. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
  /** Until when it holds, in milliseconds since 1970. */
  readonly validUntilMs: number;
  /** Whether another one has taken its place, before its time was over; absent: never. */
  readonly isReplaced?: () => boolean;
}

/** Whoever vouches for the names under which a listener answers TLS. */
export interface CertificateSource {
  /** For clients that ask for no name: those that connect to an IP address. */
  fallback(): ServerCertificate;
  /** For a name that a client asks for, in lower case; undefined where it is nobody's business here. */
  forName(name: string): ServerCertificate | undefined;
}
