import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { eventually } from "../../../src/testing/eventually.ts";

/** A span, as it came. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty where the trace begins. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: "internal" | "server" | "client" | "producer" | "consumer";
  readonly attributes: Readonly<Record<string, unknown>>;
  /** What went wrong; undefined where nothing did. */
  readonly error: string | undefined;
  /** Of the service that made it. */
  readonly resource: Readonly<Record<string, unknown>>;
}

/** Takes OTLP over HTTP, as JSON. */
export interface OtlpReceiver extends AsyncDisposable {
  /** Where spans go. */
  readonly endpoint: string;
  readonly spans: readonly ReceivedSpan[];
  readonly headers: readonly IncomingMessage["headers"][];
  /** The first span of this name; waits for it. */
  span(name: string, fits?: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan>;
  /** The names from a span up to where its trace begins. Waits for all of them. */
  path(span: ReceivedSpan): Promise<string[]>;
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const headers: IncomingMessage["headers"][] = [];
  const server = createServer((request, response) => {
    headers.push(request.headers);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      spans.push(...readSpans(JSON.parse(Buffer.concat(chunks).toString()) as OtlpTraces));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const find = (fits: (span: ReceivedSpan) => boolean, what: string): Promise<ReceivedSpan> =>
    eventually(() => {
      const found = spans.find(fits);
      if (found !== undefined) return found;
      throw new Error(`There is no span ${what} among ${spans.map(({ name }) => name).join(", ")}`);
    }, 10_000);
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    spans,
    headers,
    span: (name, fits = () => true) => find((one) => one.name === name && fits(one), name),
    async path(span) {
      const names = [span.name];
      for (let at = span; at.parentSpanId !== "" && names.length < 20;) {
        const id = at.parentSpanId;
        at = await find(({ spanId }) => spanId === id, id);
        names.push(at.name);
      }
      return names;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}

type OtlpAttributes = readonly { readonly key: string; readonly value: OtlpValue }[];

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: OtlpAttributes;
  readonly status: { readonly code: number; readonly message?: string };
}

interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: OtlpAttributes };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

const kinds = ["internal", "internal", "server", "client", "producer", "consumer"] as const;

function readSpans({ resourceSpans }: OtlpTraces): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? "",
        traceState: span.traceState ?? "",
        name: span.name,
        kind: kinds[span.kind] ?? "internal",
        attributes: readAttributes(span.attributes),
        error: span.status.code === 2 ? (span.status.message ?? "") : undefined,
        resource: readAttributes(resource.attributes),
      })),
    ),
  );
}

function readAttributes(attributes: OtlpAttributes): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      const { stringValue, intValue, doubleValue, boolValue } = value;
      return [key, stringValue ?? (intValue === undefined ? (doubleValue ?? boolValue) : Number(intValue))];
    }),
  );
}
