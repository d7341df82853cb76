/** An error that a service of AWS's answers with; SDKs make an error of that name of it. */
export class AwsServiceError extends Error {
  /** Such as `ResourceNotFoundException`. */
  readonly code: string;
  readonly status: number;
  /** More members of the error's shape, such as `CancellationReasons`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.details = details;
  }
}
