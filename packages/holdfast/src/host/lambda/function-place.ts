import { defaultAwsPlace } from "../../model/defaults.ts";

/** Where on AWS functions believe to run. */
export interface FunctionPlace {
  readonly region: string;
  readonly accountId: string;
}

/** What functions are told unless the host is. */
export const defaultPlace: FunctionPlace = defaultAwsPlace;

export function functionArn(place: FunctionPlace, functionName: string): string {
  return `arn:aws:lambda:${place.region}:${place.accountId}:function:${functionName}`;
}
