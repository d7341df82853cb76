import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAmzDate } from "./amz-date.ts";
import { parseSignature, type ParsedSignature } from "./parse-signature.ts";
import type { SignedRequest } from "./signed-request.ts";
import { deriveSigningKey, SigningKeys } from "./signing-key.ts";
import { verifySignature } from "./verify-signature.ts";

/** A request as an SDK sees it: the path is encoded once, the query is not. */
interface PlainRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region: string;
  readonly service: string;
}

const signer: Signer = {
  accessKeyId: "AKIAEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  region: "us-east-1",
  service: "execute-api",
};
const nowMs = Date.UTC(2026, 8, 25, 0, 22, 29);

const post: PlainRequest = {
  method: "POST",
  path: "/dev/@connections/gbgHN0-zjQAYKEjhgA%3D%3D",
  query: {},
  headers: { host: "localhost:3333", "content-type": "application/octet-stream" },
  body: Buffer.from("hello"),
};

function oracle({ region, service, ...credentials }: Signer): SignatureV4 {
  return new SignatureV4({
    credentials,
    region,
    service,
    sha256: Sha256,
    uriEscapePath: service !== "s3",
    applyChecksum: service === "s3",
  });
}

function toSmithy(request: PlainRequest) {
  return { ...request, protocol: "http:", hostname: "localhost", query: { ...request.query } };
}

/** What leaves the client's socket. */
function toWire(
  { method, path, body }: PlainRequest,
  headers: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string | readonly string[] | null>>,
): SignedRequest {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ""].flat().map((one) => `${encode(name)}=${encode(one)}`),
  );
  return {
    method,
    target: pairs.length === 0 ? path : `${path}?${pairs.join("&")}`,
    headers: Object.entries(headers),
    body,
  };
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
}

async function sign(request: PlainRequest, by: Signer = signer, atMs = nowMs): Promise<SignedRequest> {
  const signed = await oracle(by).sign(toSmithy(request), { signingDate: new Date(atMs) });
  return toWire(request, signed.headers, request.query);
}

async function presign(request: PlainRequest, by: Signer = signer, expiresIn = 60): Promise<SignedRequest> {
  const signed = await oracle(by).presign(toSmithy(request), {
    signingDate: new Date(nowMs),
    expiresIn,
  });
  return toWire(request, signed.headers, signed.query ?? {});
}

function parsed(request: SignedRequest): ParsedSignature {
  const signature = parseSignature(request);
  if (signature.kind !== "signed") throw new Error(JSON.stringify(signature));
  return signature;
}

const keys = new SigningKeys();

function verify(request: SignedRequest, secret = signer.secretAccessKey, atMs = nowMs): string {
  return verifySignature(parsed(request), request, secret, atMs, keys).kind;
}

const segment = fc
  .string({ unit: "grapheme", maxLength: 8 })
  .map(encode)
  .filter((one) => one !== "." && one !== ".." && one !== "");
const untidySegment = fc.oneof({ weight: 4, arbitrary: segment }, fc.constantFrom("", ".", "..", "a=b", "@"));
const plainRequest: fc.Arbitrary<PlainRequest> = fc.record({
  method: fc.constantFrom("GET", "POST", "DELETE", "PUT"),
  path: fc.array(untidySegment, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join("/")}`),
  query: fc.dictionary(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }),
    fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 8 }),
      fc.array(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 3 }),
    ),
    { maxKeys: 4, noNullPrototype: true },
  ),
  headers: fc
    .dictionary(
      fc.stringMatching(/^x-[a-z]{1,8}$/),
      fc.string({ unit: fc.constantFrom("a", "B", " ", "  ", "\t", ",", "é", ";", "="), maxLength: 12 }),
      { maxKeys: 4, noNullPrototype: true },
    )
    .map((headers) => ({ host: "localhost:3333", ...headers })),
  body: fc.uint8Array({ maxLength: 64 }),
});
const anySigner: fc.Arbitrary<Signer> = fc.record(
  {
    accessKeyId: fc.stringMatching(/^A[A-Z0-9]{3,19}$/),
    secretAccessKey: fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
    sessionToken: fc.stringMatching(/^[A-Za-z0-9+/=]{1,60}$/),
    region: fc.constantFrom("us-east-1", "eu-central-1"),
    service: fc.constantFrom("execute-api", "dynamodb", "sns"),
  },
  { requiredKeys: ["accessKeyId", "secretAccessKey", "region", "service"] },
);

describe("a signature that an SDK made", () => {
  it("of any request is verified, with its parts", async () => {
    await fc.assert(
      fc.asyncProperty(plainRequest, anySigner, async (plain, by) => {
        const request = await sign(plain, by);
        expect(parsed(request)).toMatchObject({
          form: "header",
          accessKeyId: by.accessKeyId,
          region: by.region,
          service: by.service,
          signedAtMs: nowMs,
          ...(by.sessionToken !== undefined && { sessionToken: by.sessionToken }),
        });
        expect(verify(request, by.secretAccessKey)).toBe("ok");
        expect(verify(request, `${by.secretAccessKey}!`)).toBe("mismatch");
      }),
    );
  });

  it("of any presigned request is verified", async () => {
    await fc.assert(
      fc.asyncProperty(plainRequest, anySigner, async (plain, by) => {
        // An SDK hashes the body of a presigned request as any other.
        const request = await presign(plain, by);
        expect(parsed(request)).toMatchObject({ form: "query", validForMs: 60_000 });
        expect(verify(request, by.secretAccessKey)).toBe("ok");
      }),
    );
  });

  it("is verified for S3 too, which encodes the path once", async () => {
    const request = await sign(
      { ...post, method: "PUT", path: "/bucket/a%20b//c", body: Buffer.from("x") },
      { ...signer, service: "s3" },
    );
    expect(verify(request)).toBe("ok");
  });

  it("without a hash of the body is verified, where it says so", async () => {
    const headers = { ...post.headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    const request = await sign({ ...post, headers });
    expect(verify(request)).toBe("ok");
    expect(verify({ ...request, body: Buffer.from("another") })).toBe("ok");
    // What the client did not sign so is not taken so.
    const signedBody = await sign(post);
    const claims = [...signedBody.headers, ["x-amz-content-sha256", "UNSIGNED-PAYLOAD"] as const];
    expect(verify({ ...signedBody, headers: claims })).toBe("mismatch");
  });

  it("covers method, path, query, signed headers and body", async () => {
    const request = await sign({ ...post, query: { a: "1" } });
    const changes: readonly Partial<SignedRequest>[] = [
      { method: "GET" },
      { target: request.target.replace("dev", "prod") },
      { target: `${request.target}&b=2` },
      { body: Buffer.from("hellO") },
      { headers: request.headers.map(([name, value]) => [name, name === "host" ? "other" : value]) },
      { headers: request.headers.filter(([name]) => name !== "content-type") },
      { headers: [...request.headers, ["content-type", "text/plain"]] },
    ];
    for (const change of changes) expect(verify({ ...request, ...change })).toBe("mismatch");
    expect(verify({ ...request, headers: [...request.headers, ["x-not-signed", "1"]] })).toBe("ok");
  });

  it("does not mind the order of the query, the case of headers or folded spaces", async () => {
    const request = await sign({
      ...post,
      query: { b: "2", a: "1" },
      headers: { ...post.headers, "x-a": "one  two " },
    });
    expect(verify({ ...request, target: request.target.replace("b=2&a=1", "a=1&b=2") })).toBe("ok");
    const respelt = request.headers.map(([name, value]) => [name.toUpperCase(), value] as const);
    expect(verify({ ...request, headers: respelt })).toBe("ok");
  });

  it("is for the path as it was sent: %3D and = are two", async () => {
    const request = await sign(post);
    expect(verify({ ...request, target: decodeURIComponent(request.target) })).toBe("mismatch");
    const raw = await sign({ ...post, path: decodeURIComponent(post.path) });
    expect(verify(raw)).toBe("ok");
  });
});

describe("a body that is not signed", () => {
  const toS3 = { ...signer, service: "s3" };
  const other = { body: Buffer.from("other") };

  it("is S3's to take from who presigned a request, and nobody else's", async () => {
    const open = { ...post, body: Buffer.alloc(0), headers: { host: "localhost:3333" } };
    const unsigned = { ...open, headers: { ...open.headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } };
    const { headers, ...presigned } = await presign(unsigned, toS3);
    const host = headers.filter(([name]) => name.toLowerCase() === "host");
    expect(verify({ ...presigned, headers: host, ...other })).toBe("ok");
    expect(verify({ ...(await presign(open)), ...other })).toBe("mismatch");
    expect(verify({ ...(await sign(open, toS3)), ...other })).toBe("mismatch");
  });

  it("may come to S3 in chunks", async () => {
    const streaming = { "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" };
    const chunked = { ...post, headers: { ...post.headers, ...streaming } };
    expect(verify({ ...(await sign(chunked, toS3)), ...other })).toBe("ok");
    expect(verify({ ...(await sign(chunked)), ...other })).toBe("mismatch");
  });
});

describe("the time of a signature", () => {
  it("may be five minutes off, either way", async () => {
    const request = await sign(post);
    const minutes = 60_000;
    expect(verify(request, undefined, nowMs + 5 * minutes)).toBe("ok");
    expect(verify(request, undefined, nowMs + 5 * minutes + 1)).toBe("expired");
    expect(verify(request, undefined, nowMs - 5 * minutes)).toBe("ok");
    expect(verify(request, undefined, nowMs - 5 * minutes - 1)).toBe("not-yet");
  });

  it("of a presigned request is followed by the time that it gives itself", async () => {
    const request = await presign(post, signer, 604_800);
    expect(verify(request, undefined, nowMs + 604_800_000)).toBe("ok");
    expect(verify(request, undefined, nowMs + 604_800_001)).toBe("expired");
    expect(verify(request, undefined, nowMs - 300_001)).toBe("not-yet");
  });

  it("may stand in the Date header", async () => {
    const amzDate = "20260925T002229Z";
    const request = await sign(post);
    const inDate = request.headers.map(([name, value]) =>
      name === "x-amz-date" ? (["Date", new Date(nowMs).toUTCString()] as const) : ([name, value] as const),
    );
    expect(parsed({ ...request, headers: inDate })).toMatchObject({ amzDate, signedAtMs: nowMs });
  });

  it("is read to the second, and only as a time that there is", () => {
    expect(parseAmzDate("20260925T002229Z")).toBe(nowMs);
    for (const text of [
      "20260631T000000Z",
      "20260925T002229",
      "2026-09-25T00:22:29Z",
      "20261325T002229Z",
      "",
    ])
      expect(parseAmzDate(text)).toBeUndefined();
  });
});

// Computed with an SDK's signer, for each of the three forms a request takes.
describe("known signatures", () => {
  const known = {
    header: "296bfdbe9ac7ac2f44276d7acecf6d9aed8bbc17ba6da9b4e094f91c4f062f25",
    query: "49ac5c50eeecb16485abfdfc9f5d95018310738a5df75cee093c3ede7db9fa35",
  };

  it("are those that an SDK makes", async () => {
    const token = { ...signer, sessionToken: "token" };
    const header = await sign({ ...post, query: { "a b": "ü+", empty: "" } }, token);
    const query = await presign({ ...post, method: "GET", body: Buffer.alloc(0) }, token, 900);
    expect({ header: parsed(header).signature, query: parsed(query).signature }).toEqual(known);
    expect([verify(header), verify(query)]).toEqual(["ok", "ok"]);
  });
});

describe("signing keys", () => {
  it("are kept in bounded room, and are the same whether kept or not", () => {
    const small = new SigningKeys(1000);
    for (let day = 10; day < 40; day += 1)
      for (let times = 0; times < 2; times += 1)
        expect(small.get("secret", `202609${day}`, "us-east-1", "execute-api")).toEqual(
          deriveSigningKey("secret", `202609${day}`, "us-east-1", "execute-api"),
        );
  });
});
