/** How signatures of `@connections` and of IAM on `$connect` are taken. */
export interface SignatureOptions {
  /** `well-formed` unless said: any key is taken. */
  readonly mode?: "none" | "well-formed" | "strict";
  /** With `strict`: a file that holds more credentials than those of the environment. */
  readonly credentialsFile?: string;
  /**
   * Whether those of the file that have no policy are for `@connections` and routes with IAM, and not for AWS's services,
   * which is all of the app's data. They are for everything unless said.
   */
  readonly fileIsForApis?: boolean;
}
