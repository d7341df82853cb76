import { escapeXml } from "./xml-text.ts";

/** An error before any of a service's own code has seen the request. */
export interface AwsError {
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
}

/** What tells the protocol that a client speaks. */
export interface AskedInProtocol {
  readonly service: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Path and query. */
  readonly target: string;
}

/** The same error in whichever of AWS's protocols it was asked, so that SDKs show its code and message. */
export function awsErrorForm(
  { service, headers, target }: AskedInProtocol,
  error: AwsError,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const { message, requestId } = error;
  const isXml = service === "s3" || (headers["x-amz-target"] === undefined && isQuery(headers, target));
  const code = isXml ? (xmlNames[error.code] ?? error.code) : error.code;
  if (service === "s3")
    return xml(
      `<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message><RequestId>${requestId}</RequestId></Error>`,
      { "x-amz-request-id": requestId },
    );
  if (isXml)
    return xml(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      { "x-amzn-requestid": requestId },
    );
  return {
    headers: {
      // SDKs read JSON whatever its version.
      "content-type":
        headers["x-amz-target"] === undefined ? "application/json" : "application/x-amz-json-1.0",
      "x-amzn-errortype": code,
      "x-amzn-requestid": requestId,
    },
    body: JSON.stringify({ __type: code, message }),
  };
}

/** Errors of signatures, as services that answer in XML call them (documented). */
const xmlNames: Readonly<Record<string, string | undefined>> = {
  MissingAuthenticationTokenException: "MissingAuthenticationToken",
  IncompleteSignatureException: "IncompleteSignature",
  InvalidSignatureException: "SignatureDoesNotMatch",
  UnrecognizedClientException: "InvalidClientTokenId",
  AccessDeniedException: "AccessDenied",
};

/** AWS's query protocol: a form, or its members in the URL. */
function isQuery(headers: AskedInProtocol["headers"], target: string): boolean {
  return (
    String(headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded") ||
    /[?&]Action=/.test(target)
  );
}

function xml(
  element: string,
  headers: Readonly<Record<string, string>>,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  return {
    headers: { "content-type": "text/xml", ...headers },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${element}`,
  };
}
