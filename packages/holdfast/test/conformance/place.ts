import { start } from "../../src/testing/index.ts";

/** Where the conformance app runs. */
export interface Place extends AsyncDisposable {
  /** `wss://…/stage` of its open API. */
  readonly open: string;
  /** `wss://…/stage` of its API with an authorizer. */
  readonly authorized: string;
  /** The open API's `https://…/stage`, for `@connections`. */
  readonly endpoint: string;
  readonly region: string;
  /** What events name as `apiId`, where that is known. */
  readonly apiId?: string;
}

const { CONFORMANCE_URL, CONFORMANCE_AUTHORIZED_URL, CONFORMANCE_ENDPOINT } = process.env;
const { CONFORMANCE_REGION, CONFORMANCE_API } = process.env;

/** Whether the app runs somewhere else, on AWS perhaps, and not on Holdfast. */
export const isElsewhere = CONFORMANCE_URL !== undefined;

/** The conformance app where CONFORMANCE_URL says, else on a Holdfast of its own, which ends with the place. */
export async function openPlace(): Promise<Place> {
  if (CONFORMANCE_URL !== undefined) return elsewhere(CONFORMANCE_URL);
  const app = await start(new URL("../apps/conformance/app.ts", import.meta.url));
  return {
    open: app.url("open"),
    authorized: app.url("authorized"),
    endpoint: toEndpoint(app.url("open")),
    region: "us-east-1",
    [Symbol.asyncDispose]: () => app.stop(),
  };
}

function elsewhere(open: string): Place {
  const [, idInUrl, region] =
    /^wss:\/\/([a-z\d]+)\.execute-api\.([a-z\d-]+)\.amazonaws\.com\//.exec(open) ?? [];
  const apiId = CONFORMANCE_API ?? idInUrl;
  return {
    open,
    authorized: CONFORMANCE_AUTHORIZED_URL ?? "",
    endpoint: CONFORMANCE_ENDPOINT ?? toEndpoint(open),
    region: CONFORMANCE_REGION ?? region ?? "us-east-1",
    ...(apiId !== undefined && { apiId }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function toEndpoint(url: string): string {
  return url.replace(/^ws/, "http");
}
