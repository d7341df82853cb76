import type { Caller, SignatureRefusal } from "../iam/authenticate.ts";

/** Why a call does not reach its service: what the client hears, and what the log says. */
export interface ServiceRefusal {
  readonly status: number;
  /** AWS's name for it. */
  readonly code: string;
  readonly message: string;
  readonly cause: string;
  readonly hint: string;
}

export function refusedSignature(
  service: string,
  { error, message, cause, hint }: SignatureRefusal,
): ServiceRefusal {
  const named = service === "s3" ? s3Names[error] : undefined;
  return { status: 403, code: error, message, ...named, cause, hint };
}

/** Where S3 has other names for it (documented), with its words. */
const s3Names: Readonly<
  Partial<Record<SignatureRefusal["error"], { readonly code: string; readonly message: string }>>
> = {
  MissingAuthenticationTokenException: { code: "AccessDenied", message: "Access Denied" },
  UnrecognizedClientException: {
    code: "InvalidAccessKeyId",
    message: "The AWS Access Key Id you provided does not exist in our records.",
  },
};

/** A presigned request is a plain one to a browser: any page could have one made up, where signatures are not checked. */
export function foreignPage(service: string, origin: string): ServiceRefusal {
  return {
    status: 403,
    code: "AccessDeniedException",
    message: "Forbidden",
    cause: `a page of another origin (${origin}) sent it`,
    hint: `Call ${service} from a function or a server, never from a page.`,
  };
}

/** Policies of credentials are judged for `execute-api`; what cannot be judged is refused. */
export function policed(service: string, { userArn }: Caller): ServiceRefusal {
  return {
    status: 403,
    code: "AccessDeniedException",
    message: `User: ${userArn} is not authorized to call ${service}`,
    cause: `${userArn} has a policy, and policies are not judged for ${service} here`,
    hint: "Sign with credentials that have no policy, such as those that functions have.",
  };
}

/** Any other answer would be that of an app without tables or queues; after this one SDKs try again. */
export const starting: Pick<ServiceRefusal, "status" | "code" | "message"> = {
  status: 503,
  code: "ServiceUnavailable",
  message: "The app is starting",
};

export const stranger: ServiceRefusal = {
  status: 403,
  code: "AccessDeniedException",
  message: "Forbidden",
  cause: "it came from another machine, and signatures are not checked",
  hint: "Start the app with --strict-auth, and give the other machine the credentials.",
};

export function tooLarge(service: string, bodyBytes: number): ServiceRefusal {
  return {
    ...(service === "s3"
      ? {
          status: 400,
          code: "EntityTooLarge",
          message: "Your proposed upload exceeds the maximum allowed size",
        }
      : {
          status: 413,
          code: "RequestEntityTooLargeException",
          message: `Request must be smaller than ${bodyBytes} bytes`,
        }),
    cause: `its body is larger than ${bodyBytes} bytes`,
    hint: `Send at most ${bodyBytes} bytes at a time${service === "s3" ? "; larger objects in parts" : ""}.`,
  };
}

/** Of the errors that SDKs try again after. */
export function noRoom(service: string): ServiceRefusal {
  return {
    status: 503,
    ...(service === "s3"
      ? { code: "SlowDown", message: "Please reduce your request rate." }
      : { code: "ServiceUnavailable", message: "Too many requests are being read" }),
    cause: "too many bodies are being read",
    hint: "Send fewer requests at a time; SDKs try again by themselves.",
  };
}
