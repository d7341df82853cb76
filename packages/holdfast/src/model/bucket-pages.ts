/** What browsers may do with a bucket. Part of `AppModel`, and of templates only. */

/** A bucket that is a web site. */
export interface Website {
  /** Behind each path that ends with a slash: `index.html`. */
  readonly indexDocument: string;
  /** The key of what is shown for 4xx. */
  readonly errorDocument?: string;
}

/** Which pages of other origins may do what with a bucket, as browsers ask (documented). */
export interface CorsRule {
  /** `https://example.com`, perhaps with one `*`. */
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  /** Each perhaps with one `*`. */
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly maxAgeSeconds?: number;
}
