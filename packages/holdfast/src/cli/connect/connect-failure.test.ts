import { describe, expect, it } from "vitest";
import { explainEnding, explainFailure, explainRefusal } from "./connect-failure.ts";

const url = new URL("ws://ann:secret@localhost:3333/dev");

function fail(code: string, message = "details"): Error {
  return Object.assign(new Error(message), { code });
}

describe("explainFailure", () => {
  it.each([
    [fail("ECONNREFUSED"), "nothing listens at localhost:3333", /holdfast dev/],
    [fail("ENOTFOUND"), "the host localhost is not known", /name/],
    [fail("ECONNRESET", "socket hang up"), "hung up", /wss:/],
    [fail("HPE_INVALID_CONSTANT"), "does not speak HTTP", /URL/],
    [fail("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"), "self-signed certificate", /--insecure/],
    [fail("ERR_TLS_CERT_ALTNAME_INVALID"), "not trusted", /--insecure/],
    [fail("ERR_SSL_WRONG_VERSION_NUMBER"), "does not speak TLS", /ws:/],
    [new Error("Opening handshake has timed out"), "no answer within 2.5 s", /--timeout/],
    [new Error("Server sent no subprotocol"), "Server sent no subprotocol", /--subprotocol/],
    [new Error("something else"), "something else", /URL/],
  ])("says of %s what was wrong and what to do", (cause, words, hint) => {
    const error = explainFailure(cause, url, 2_500);
    expect(error.code).toBe("CONNECT_FAILED");
    expect(error.message).toContain(words);
    expect(error.hint).toMatch(hint);
    expect(error.cause).toBe(cause);
  });

  it("looks into the errors of the single addresses of a host", () => {
    const cause = new AggregateError([fail("ECONNREFUSED"), fail("ECONNREFUSED")]);
    expect(explainFailure(cause, url, 1000).message).toContain("nothing listens");
  });

  it("does not give a password away", () => {
    expect(explainFailure(fail("ECONNREFUSED"), url, 1000).message).not.toContain("secret");
  });
});

describe("explainRefusal", () => {
  it("shows status, the headers that say something, and the body", () => {
    const headers = {
      date: "today",
      "content-type": "application/json",
      "x-amz-apigw-id": "abc=",
      connection: "close",
    };
    const error = explainRefusal(
      { status: 403, statusText: "Forbidden", headers, body: '{\n"message":"no"}\n' },
      url,
    );
    expect(error.code).toBe("HANDSHAKE_REFUSED");
    expect(error.message.split("\n")).toEqual([
      "ws://localhost:3333/dev refused the handshake: 403 Forbidden",
      "  content-type: application/json",
      "  x-amz-apigw-id: abc=",
      "",
      "  {",
      '  "message":"no"}',
    ]);
    expect(error.hint).toContain("--header");
  });

  it("cuts a long body and makes control characters harmless", () => {
    const body = `\u001b[2J${"x".repeat(10_000)}`;
    const { message } = explainRefusal({ status: 500, statusText: "", headers: {}, body }, url);
    expect(message).toContain("\\u001b[2Jxxx");
    expect(message.length).toBeLessThan(4_200);
  });

  it("says where a redirect leads", () => {
    const headers = { location: "wss://elsewhere/" };
    expect(explainRefusal({ status: 301, statusText: "", headers, body: "" }, url).hint).toContain(
      "wss://elsewhere/",
    );
  });
});

describe("explainEnding", () => {
  it("gives code, words and reason of the server's close frame", () => {
    const error = explainEnding({ code: 1011, reason: "Internal server error", clean: true, byUs: false });
    expect(error).toMatchObject({ code: "CLOSED_ABNORMALLY", fault: "user" });
    expect(error.message).toBe(
      'The server closed the connection: 1011 (internal error of the server), "Internal server error"',
    );
  });

  it("says that the connection was lost when there was no close frame, and why", () => {
    const cause = new Error("Invalid WebSocket frame");
    const error = explainEnding({ code: 1006, reason: "", clean: false, byUs: false, error: cause });
    expect(error.message).toMatch(/^The connection was lost: 1006 .*: Invalid WebSocket frame$/);
  });
});
