import { isAwsHost, readExecuteApiHost } from "./aws-hosts.ts";
import { bucketOfWebsite } from "./bucket-hosts.ts";
import { defaultRegion } from "./defaults.ts";

/** Which of AWS's services is meant, and where. */
export interface AwsServiceAddress {
  /** As signatures name it: `dynamodb`, `s3`, `sqs`, … */
  readonly service: string;
  readonly region: string;
}

/** What says whom a request is for. */
export interface AddressedRequest {
  /** The host's name, in lower case, without its port. */
  readonly host: string;
  readonly authorization?: string | undefined;
  /** Path and query as they came. */
  readonly target: string;
}

/**
 * Which service a request is for: by what it is signed for, as calls of `AWS_ENDPOINT_URL` are sent, else by AWS's name
 * for the service, or that of a bucket's web site on this machine. Undefined for `execute-api`, which is no service of
 * this kind, and where nothing says one.
 */
export function readServiceAddress(request: AddressedRequest): AwsServiceAddress | undefined {
  const { host } = request;
  if (readExecuteApiHost(host) !== undefined) return undefined;
  const signed = readScope(request);
  if (signed !== undefined) return signed.service === "execute-api" ? undefined : signed;
  const named = isAwsHost(host) ? readServiceHost(host) : undefined;
  if (named !== undefined) return named;
  const isS3 = isPresignedForS3(request.target) || bucketOfWebsite(host) !== undefined;
  if (isS3) return { service: "s3", region: defaultRegion };
  return subscriberLink.test(request.target) ? { service: "sns", region: defaultRegion } : undefined;
}

/** What SNS's messages ask subscribers to fetch, where they are not inside AWS's names. */
const subscriberLink =
  /^\/\?Action=(?:ConfirmSubscription&TopicArn|Unsubscribe&SubscriptionArn)=arn(?::|%3A)/;

/** By Signature Version 2, which says neither service nor region; other services that knew it said its version. */
function isPresignedForS3(target: string): boolean {
  return /[?&]AWSAccessKeyId=/.test(target) && /[?&]Signature=/.test(target) && !/[?&]Action=/.test(target);
}

/** Of the credential in a signature, header or presigned; nothing about it is checked. */
function readScope({ authorization, target }: AddressedRequest): AwsServiceAddress | undefined {
  const credential =
    authorization === undefined
      ? presignedPattern.exec(target)?.groups?.credential
      : headerPattern.exec(authorization)?.groups?.credential;
  if (credential === undefined) return undefined;
  const [, , region, service, term] = credential.replaceAll(/%2f/gi, "/").split("/");
  if (region === undefined || service === undefined || term !== "aws4_request") return undefined;
  return /^[a-z0-9-]+$/.test(service) ? { service, region } : undefined;
}

const headerPattern = /^AWS4-HMAC-SHA256\s.*?\bCredential=(?<credential>[^,\s]+)/;
const presignedPattern = /[?&]X-Amz-Credential=(?<credential>[^&]+)/;

/** Of services that have no regions, or whose name does not say it. */
const regionPattern = /^[a-z]{2,3}(?:-[a-z]+)+-\d+$/;
/** `s3-us-west-2`, as S3 once wrote it, and `s3-website-us-west-2`, as it writes it still in some regions. */
const oldS3Pattern = /^s3-(?:website-)?(?<region>[a-z]{2,3}(?:-[a-z]+)+-\d+)$/;

/** Names of hosts that are not those of signatures (documented). */
const signingNames: Readonly<Record<string, string>> = {
  // An account's own address: `123456789012.ddb.us-east-1.amazonaws.com`.
  ddb: "dynamodb",
  // The first address that AWS had for queues.
  queue: "sqs",
  "streams.dynamodb": "dynamodb",
  "s3-accelerate": "s3",
  "s3-website": "s3",
  email: "ses",
};

/**
 * Of a name of AWS's, in lower case: `{service}.{region}`, `{bucket}.s3.{region}`, `{account}.ddb.{region}`, a service
 * without a region, and what older SDKs ask for: `{region}.queue`, `s3-{region}`. Names for FIPS and for IPv6 are those
 * of the service itself.
 */
export function readServiceHost(name: string): AwsServiceAddress | undefined {
  const labels = name.replace(/\.amazonaws\.com(?:\.cn)?$/, "").split(".");
  const last = labels.at(-1) ?? "";
  const oldRegion = oldS3Pattern.exec(last)?.groups?.region;
  if (oldRegion !== undefined) return { service: "s3", region: oldRegion };
  if (regionPattern.test(last)) {
    const service = serviceOf(labels.slice(0, -1));
    return service === undefined ? undefined : { service, region: last };
  }
  const [first = ""] = labels;
  const region = last === "queue" && regionPattern.test(first) ? first : defaultRegion;
  const service = serviceOf(labels);
  return service === undefined ? undefined : { service, region };
}

/** The last label, or the two last where they are a name together. */
function serviceOf(labels: readonly string[]): string | undefined {
  const named = labels.at(-1) === "dualstack" ? labels.slice(0, -1) : labels;
  const last = (named.at(-1) ?? "").replace(/^fips-|-fips$/g, "");
  if (last === "") return undefined;
  const two = `${named.at(-2) ?? ""}.${last}`;
  return ownName(two) ?? ownName(last) ?? last;
}

function ownName(name: string): string | undefined {
  return Object.hasOwn(signingNames, name) ? signingNames[name] : undefined;
}
