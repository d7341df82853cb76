/**
 * AWS's services as far as a target hosts them, in their own protocols: what an SDK sends, and what it makes of the
 * answer. Duties:
 * - Every request is answered, unknown services and operations too, with an error in the protocol's form.
 * - Bodies are bounded by the caller; an answer is whole.
 */
export interface AwsServices {
  /** Never rejects. */
  answer(request: AwsServiceRequest): Promise<AwsServiceAnswer>;
}

export interface AwsServiceRequest {
  /** The service as signatures name it: `dynamodb`, `s3`, `sts`, … */
  readonly service: string;
  readonly region: string;
  readonly method: string;
  /** The host that was asked for, in lower case, without the port. */
  readonly host: string;
  /** Path and query as they came, still encoded. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly requestId: string;
  readonly caller: AwsCaller;
  /** Aborts when nobody waits for the answer any longer: what is to come then is not for this request. */
  readonly signal?: AbortSignal;
}

/** Who signed. */
export interface AwsCaller {
  readonly accessKeyId?: string;
  /** The function that it is, where it is one of the app's. */
  readonly function?: string;
}

export interface AwsServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}
