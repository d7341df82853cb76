import type { AwsCaller, AwsServiceAnswer, AwsServiceRequest } from "../ports/aws-services.ts";

/** One service of AWS's: what it makes of a request. Errors of the service's own are answers. */
export interface ServiceFace {
  /** As signatures name it: `dynamodb`. */
  readonly service: string;
  answer(request: AwsServiceRequest): Promise<AwsServiceAnswer>;
}

/** An operation of a service whose protocol is JSON or can be put as JSON. Throws `AwsServiceError`. */
export type Operation = (input: OperationInput, context: OperationContext) => Promise<OperationOutput>;

/** Members as the service's API reference names them. Nothing about them is known yet. */
export type OperationInput = Readonly<Record<string, unknown>>;
export type OperationOutput = Readonly<Record<string, unknown>>;

export interface OperationContext {
  readonly region: string;
  readonly requestId: string;
  readonly caller: AwsCaller;
}
