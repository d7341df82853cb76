/** How signatures of `@connections` and of IAM on `$connect` are taken. */
export interface SignatureOptions {
  /** `well-formed` unless said: any key is taken. */
  readonly mode?: "none" | "well-formed" | "strict";
  /** With `strict`: a file that holds more credentials than those of the environment. */
  readonly credentialsFile?: string;
}
