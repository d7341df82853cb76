import { awsErrorForm } from "../../model/aws-error-form.ts";
import type { AwsServiceAnswer, AwsServiceRequest } from "../../ports/aws-services.ts";
import { FlatList, xmlElement } from "../xml.ts";
import type { FunctionDenial } from "./function-judge.ts";
import { deletedKeys } from "./tables/s3.ts";

interface Wording {
  /** Of a JSON protocol; those of XML are named by `xmlCode`. */
  readonly code?: string;
  readonly xmlCode?: string;
  readonly status: number;
  /** As the service writes actions and resources. */
  readonly action?: (action: string) => string;
  readonly resource?: (resource: string) => string;
  /** The member that has the message. */
  readonly member?: "Message";
}

/** As users have posted them, service by service; a service that is not here is worded as most are. */
const wordings: Readonly<Record<string, Wording>> = {
  dynamodb: { status: 400, member: "Message" },
  s3: { status: 403, resource: (resource) => `"${resource}"` },
  sns: {
    status: 403,
    code: "AuthorizationError",
    xmlCode: "AuthorizationError",
    action: (action) => action.replace(/^sns:/, "SNS:"),
  },
  sqs: { status: 403, action: (action) => action.toLowerCase(), member: "Message" },
  lambda: { status: 403, member: "Message" },
  apigateway: { status: 403, member: "Message" },
  scheduler: { status: 403, member: "Message" },
  ssm: { status: 400 },
  logs: { status: 400, member: "Message" },
  events: { status: 400, member: "Message" },
  sts: { status: 403 },
};

/** What AWS answers whom IAM does not let. */
export function accessDenied(request: AwsServiceRequest, denial: FunctionDenial): AwsServiceAnswer {
  const wording = wordings[request.service] ?? { status: 400 };
  const message = messageOf(denial, wording);
  if (isMultiDelete(request)) return deniedDeletions(request, message);
  const { code = "AccessDeniedException", xmlCode = code } = wording;
  const isXml = request.headers["x-amz-target"] === undefined;
  const form = awsErrorForm(request, { code: isXml ? xmlCode : code, message, requestId: request.requestId });
  const isJson = form.body.startsWith("{");
  return {
    status: wording.status,
    headers: {
      ...form.headers,
      // By this SDKs know the error that it was in the query protocol (documented, `awsQueryCompatible`).
      ...(request.service === "sqs" && isJson && { "x-amzn-query-error": "AccessDenied;Sender" }),
    },
    body: isJson
      ? JSON.stringify({ __type: `com.amazon.coral.service#${code}`, [wording.member ?? "message"]: message })
      : form.body,
  };
}

function messageOf({ userArn, access, reason }: FunctionDenial, wording: Wording): string {
  const action = wording.action?.(access.action) ?? access.action;
  const resource = wording.resource?.(access.resource) ?? access.resource;
  return `User: ${userArn} is not authorized to perform: ${action} on resource: ${resource} ${reason(action)}`;
}

function isMultiDelete({ service, method, target }: AwsServiceRequest): boolean {
  return service === "s3" && method === "POST" && /[?&]delete(?:[=&]|$)/.test(target);
}

/** S3 refuses key by key, and deletes the others; here none goes when one may not, and each is answered as refused. */
function deniedDeletions({ body, requestId }: AwsServiceRequest, message: string): AwsServiceAnswer {
  const errors = deletedKeys(body).map((Key) => ({ Key, Code: "AccessDenied", Message: message }));
  return {
    status: 200,
    headers: { "content-type": "application/xml", "x-amz-request-id": requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${xmlElement(
      "DeleteResult",
      { Error: new FlatList(errors) },
      { namespace: "http://s3.amazonaws.com/doc/2006-03-01/" },
    )}`,
  };
}
