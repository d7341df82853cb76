import type { AwsPlace } from "../../../ports/frontend.ts";

/** Of what an account has in a region. */
export function regionalArn({ region, accountId }: AwsPlace, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

/** Of IAM's. */
export function globalArn({ accountId }: AwsPlace, resource: string): string {
  return `arn:aws:iam::${accountId}:${resource}`;
}

export function functionArn(place: AwsPlace, name: string): string {
  return regionalArn(place, "lambda", `function:${name}`);
}

/**
 * The name in what Lambda takes for a function: a name, an ARN, an account and a name (`123456789012:function:name`),
 * each with a version or alias behind it or without.
 */
export function functionOfArn(text: string): string {
  const behind = /(?:^|:)function:(.*)$/.exec(text)?.[1] ?? text;
  return behind.split(":", 1)[0] ?? behind;
}

export function queueUrl({ region, accountId }: AwsPlace, name: string): string {
  return `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
}

/** What comes behind an API's id, or a custom domain's. */
export function hostOfApi({ region }: AwsPlace): string {
  return `.execute-api.${region}.amazonaws.com`;
}

/** Of a bucket that is a web site. Older regions have a hyphen before their name, newer ones a dot (documented). */
export function websiteUrl({ region }: AwsPlace, bucket: string): string {
  return `http://${bucket}.s3-website${hyphenRegions.has(region) ? "-" : "."}${region}.amazonaws.com`;
}

const hyphenRegions: ReadonlySet<string> = new Set([
  "us-east-1",
  "us-west-1",
  "us-west-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-northeast-1",
  "eu-west-1",
  "sa-east-1",
]);
