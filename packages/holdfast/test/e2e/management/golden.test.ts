import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../src/base/clock.ts";
import type { InvocationEvent } from "../../../src/model/gateway-event.ts";
import { eventually } from "../gateway/rig.ts";
import {
  call,
  fixedIds,
  startManagementRig,
  type ManagementRigOptions,
  type RawCall,
} from "./management-rig.ts";

const nowMs = Date.UTC(2026, 8, 25, 0, 23, 13, 887);
const open = { access: { mode: "none" } } as const;

/** Everybody may call, and everything that an answer says is known beforehand. */
function startGolden(options: ManagementRigOptions = {}) {
  const clock = new ManualClock(nowMs);
  return startManagementRig({
    clock,
    ...options,
    management: { ...open, ...fixedIds, ...options.management },
  });
}

const date = ["Date", "Fri, 25 Sep 2026 00:23:13 GMT"];
const json = ["Content-Type", "application/json"];
const keepAlive = ["Connection", "keep-alive"];
const requestId = ["x-amzn-RequestId", "811f8360-e5a1-4689-8824-b59f9d2770de"];
const gatewayId = ["x-amz-apigw-id", "EOoPYFo9IAMEEHg="];
const trace = ["X-Amzn-Trace-Id", "Root=1-6ab5bef1-6c5e5ce811a8599c7305d9ea"];
const error = (type: string) => ["x-amzn-ErrorType", type];
const length = (bytes: number) => ["Content-Length", String(bytes)];
const pathOf = (id: string) => `/dev/@connections/${encodeURIComponent(id)}`;
const keptAlive = { Connection: "keep-alive" };

describe("an answer, byte for byte as captured,", () => {
  it("to a POST", async () => {
    await using rig = await startGolden();
    const { client, id } = await rig.connect();
    const answer = await call(rig, { method: "POST", path: pathOf(id), body: "hello", headers: keptAlive });
    expect(answer).toEqual({
      status: 200,
      headers: [date, json, length(0), keepAlive, requestId, gatewayId, trace],
      body: "",
    });
    expect(await client.next()).toBe("hello");
  });

  it("to a GET", async () => {
    await using rig = await startGolden();
    const { id } = await rig.connect({ ws: { headers: { "user-agent": 'probe "1"' } } });
    const answer = await call(rig, { method: "GET", path: pathOf(id), headers: keptAlive });
    const body = [
      "{",
      '  "identity" : {',
      '    "sourceIp" : "127.0.0.1",',
      '    "userAgent" : "probe \\"1\\""',
      "  },",
      '  "connectedAt" : "2026-09-25T00:23:13.887Z",',
      '  "lastActiveAt" : "2026-09-25T00:23:13.887Z"',
      "}",
    ].join("\n");
    expect(answer).toEqual({
      status: 200,
      headers: [date, json, length(body.length), keepAlive, requestId, gatewayId, trace],
      body,
    });
  });

  it("to a GET of a client without a user agent", async () => {
    await using rig = await startGolden();
    const { id } = await rig.connect();
    const { body } = await call(rig, { method: "GET", path: pathOf(id) });
    expect(body.split("\n").slice(1, 4)).toEqual([
      '  "identity" : {',
      '    "sourceIp" : "127.0.0.1"',
      "  },",
    ]);
    expect(JSON.parse(body)).toMatchObject({ identity: { sourceIp: "127.0.0.1" } });
  });

  it("to a DELETE, which closes with 1000 and runs $disconnect", async () => {
    const ends: InvocationEvent[] = [];
    await using rig = await startGolden({
      functions: {
        $disconnect: (event) => void ends.push(event),
      },
    });
    const { client, id } = await rig.connect();
    const answer = await call(rig, { method: "DELETE", path: pathOf(id), headers: keptAlive });
    expect(answer).toEqual({
      status: 204,
      headers: [date, json, keepAlive, requestId, gatewayId, trace],
      body: "",
    });
    expect(await client.closed).toEqual({ code: 1000, reason: "Connection Closed Normally" });
    await eventually(() => ends.length === 1);
    expect(ends).toMatchObject([{ statusCode: 1000, reason: "Connection Closed Normally" }]);
  });

  it.each(["POST", "GET", "DELETE"])("to a %s of a connection that is gone", async (method) => {
    await using rig = await startGolden();
    const { client, id } = await rig.connect();
    await call(rig, { method: "DELETE", path: pathOf(id) });
    await client.closed;
    const answer = await call(rig, { method, path: pathOf(id), headers: keptAlive });
    expect(answer).toEqual({
      status: 410,
      headers: [date, json, length(0), keepAlive, requestId, error("GoneException"), gatewayId, trace],
      body: "",
    });
    expect(rig.refusals()).toEqual([
      `${method} @connections/${id} was answered with 410: the connection is gone, or its $connect still runs`,
    ]);
  });

  it.each(["POST", "GET", "DELETE"])("to a %s of an id that is none", async (method) => {
    await using rig = await startGolden();
    const path = "/dev/@connections/AAAAAAAAAAAAAAA%3D";
    expect(await call(rig, { method, path, headers: keptAlive })).toEqual({
      status: 400,
      headers: [date, json, length(52), keepAlive, requestId, error("BadRequestException"), gatewayId],
      body: '{"message":"Invalid connectionId: AAAAAAAAAAAAAAA="}',
    });
  });

  it("to a stage that does not exist", async () => {
    await using rig = await startGolden();
    const { id } = await rig.connect();
    const path = pathOf(id).replace("dev", "absent");
    expect(await call(rig, { method: "GET", path, headers: keptAlive })).toEqual({
      status: 403,
      headers: [date, json, length(23), keepAlive, requestId, error("ForbiddenException"), gatewayId],
      body: '{"message":"Forbidden"}',
    });
  });

  it("to a request that is not signed", async () => {
    await using rig = await startGolden({ management: { access: { mode: "well-formed" } } });
    const { id } = await rig.connect();
    expect(await call(rig, { method: "GET", path: pathOf(id), headers: keptAlive })).toEqual({
      status: 403,
      headers: [
        date,
        json,
        length(42),
        keepAlive,
        requestId,
        error("MissingAuthenticationTokenException"),
        gatewayId,
      ],
      body: '{"message":"Missing Authentication Token"}',
    });
  });

  it.each([
    ["announced", { "Content-Length": "131073" }],
    ["in chunks", { "Transfer-Encoding": "chunked" }],
  ])("to a body of 131,073 bytes, %s", async (_, headers) => {
    await using rig = await startGolden();
    const { client, id } = await rig.connect();
    const body = Buffer.alloc(131_073, "x");
    const tooLong: RawCall = {
      method: "POST",
      path: pathOf(id),
      body,
      headers: { ...keptAlive, ...headers },
    };
    expect(await call(rig, tooLong)).toEqual({
      status: 413,
      headers: [date, length(0), keepAlive],
      body: "",
    });
    // The connection lives on.
    await call(rig, { method: "POST", path: pathOf(id), body: body.subarray(1) });
    expect(await client.next()).toHaveLength(131_072);
  });
});

describe("an id", () => {
  it("may be escaped or not, and so may the @", async () => {
    await using rig = await startGolden();
    const { id } = await rig.connect();
    for (const path of [
      `/dev/@connections/${id}`,
      `/dev/@connections/${encodeURIComponent(id)}`,
      `/dev/%40connections/${id.replaceAll("=", "%3d")}`,
      `/other/@connections/${id}`,
    ])
      expect(await call(rig, { method: "GET", path })).toMatchObject({ status: 200 });
  });

  it.each(["%", "%ff", "a%2Fb", "x", "=="])("that is %s is invalid", async (rest) => {
    await using rig = await startGolden();
    const answer = await call(rig, { method: "GET", path: `/dev/@connections/${rest}` });
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining("Invalid connectionId: ") });
  });

  it("comes into the log without what a terminal would obey, and not at any length", async () => {
    await using rig = await startGolden();
    await call(rig, { method: "GET", path: `/dev/@connections/%1b%5b2J%0a${"x".repeat(5000)}` });
    expect(rig.refusals()).toEqual([
      expect.stringMatching(
        /^GET @connections\/\?\[2J\?x{195} was answered with 400: this is no connection id$/,
      ),
    ]);
  });

  it("with another first character is invalid, and not gone", async () => {
    await using rig = await startGolden();
    const { id } = await rig.connect();
    const other = (id.startsWith("A") ? "B" : "A") + id.slice(1);
    expect(await call(rig, { method: "GET", path: pathOf(other) })).toMatchObject({
      status: 400,
      body: JSON.stringify({ message: `Invalid connectionId: ${other}` }),
    });
  });

  it("is found on the API's name on AWS too", async () => {
    await using rig = await startGolden();
    const { id } = await rig.connect();
    const headers = { Host: "a1b2c3.execute-api.eu-west-1.amazonaws.com" };
    expect(await call(rig, { method: "GET", path: pathOf(id), headers })).toMatchObject({ status: 200 });
  });
});

describe("a message", () => {
  it("is always text: bytes that are none become U+FFFD", async () => {
    await using rig = await startGolden();
    const { client, id } = await rig.connect();
    const bytes = Buffer.from([0x00, 0xff, 0xfe, 0x80, ...Buffer.from("native")]);
    await call(rig, { method: "POST", path: pathOf(id), body: bytes });
    await call(rig, { method: "POST", path: pathOf(id), body: "\uFEFFnative ☃" });
    await call(rig, { method: "POST", path: pathOf(id) });
    await call(rig, { method: "POST", path: pathOf(id), body: "last" });
    expect([await client.next(), await client.next(), await client.next(), await client.next()]).toEqual([
      "\0\uFFFD\uFFFD\uFFFDnative",
      "\uFEFFnative ☃",
      "",
      "last",
    ]);
  });

  it("counts as activity, but no GET does, and nothing that was refused", async () => {
    const clock = new ManualClock(nowMs);
    await using rig = await startGolden({ clock });
    const { client, id } = await rig.connect();
    const lastActiveAt = async (): Promise<unknown> => {
      clock.advance(1000);
      const { body } = await call(rig, { method: "GET", path: pathOf(id) });
      return (JSON.parse(body) as { lastActiveAt: string }).lastActiveAt;
    };
    const first = await lastActiveAt();
    expect([first, await lastActiveAt()]).toEqual(["2026-09-25T00:23:13.887Z", "2026-09-25T00:23:13.887Z"]);
    await call(rig, { method: "POST", path: pathOf(id), body: "1" });
    expect(await lastActiveAt()).toBe("2026-09-25T00:23:15.887Z");
    await call(rig, { method: "POST", path: pathOf(id), body: Buffer.alloc(131_073) });
    expect(await lastActiveAt()).toBe("2026-09-25T00:23:15.887Z");
    expect(client.messages).toEqual(["1"]);
  });

  it("that grows past the limit, as its bytes are no text, is too large", async () => {
    await using rig = await startGolden();
    const { id } = await rig.connect();
    const body = Buffer.alloc(131_072, 0xff);
    expect(await call(rig, { method: "POST", path: pathOf(id), body })).toMatchObject({
      status: 413,
      body: "",
    });
    expect(rig.refusals()).toEqual([expect.stringContaining("393216 bytes is more than the 131072 allowed")]);
  });

  it("inside its own $connect finds nobody, and the log says why", async () => {
    const connecting = new Set<string>();
    const answers: unknown[] = [];
    const rig = await startGolden({
      functions: {
        $connect: async (event) => {
          if (!("connection" in event)) return undefined;
          const { connectionId } = event.connection;
          connecting.add(connectionId);
          answers.push(await call(rig, { method: "POST", path: pathOf(connectionId), body: "early" }));
          connecting.delete(connectionId);
          return { statusCode: 200 };
        },
      },
      management: { isConnecting: (id) => connecting.has(id) },
    });
    await using _ = rig;
    const { client } = await rig.connect();
    expect(answers).toMatchObject([{ status: 410 }]);
    expect(client.messages).toEqual([]);
    expect(rig.refusals()).toEqual([expect.stringMatching(/with 410: its \$connect still runs$/)]);
  });
});

describe("a request", () => {
  it.each([
    ["PUT", "/dev/@connections/x"],
    ["OPTIONS", "/dev/@connections/x"],
    ["GET", "/dev/@connections"],
    ["GET", "/dev/@connections/"],
    ["GET", "/dev/@connections/a/b"],
  ])("%s %s is no operation: Missing Authentication Token", async (method, path) => {
    await using rig = await startGolden();
    expect(await call(rig, { method, path })).toMatchObject({
      status: 403,
      body: '{"message":"Missing Authentication Token"}',
    });
    expect(rig.log.entries).toMatchObject([
      { level: "warn", fields: { hint: expect.stringContaining("POST, GET and DELETE") } },
    ]);
  });

  it.each(["/", "/dev/more", "/a/b/@connections/c", "/@connectionsx/a", "/dev/@Connections/a"])(
    "of %s is another's",
    async (path) => {
      await using rig = await startGolden();
      expect(await call(rig, { method: "POST", path })).toMatchObject({ status: 404 });
    },
  );

  it("without a stage is Forbidden, and the log says what the endpoint lacks", async () => {
    await using rig = await startGolden();
    const { id } = await rig.connect();
    const answer = await call(rig, { method: "POST", path: `/@connections/${id}`, body: "x" });
    expect(answer).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    expect(rig.log.entries).toMatchObject([
      {
        fields: {
          message: `POST @connections/${id} was answered with 403: its URL has no stage`,
          hint: "End the client's endpoint with the stage: /dev, /other.",
        },
      },
    ]);
  });

  it("leaves its HTTP connection open for the next one, unless it asks otherwise", async () => {
    await using rig = await startGolden();
    const { id } = await rig.connect();
    const raw = await rig.gateway.raw();
    const post = (extra = "") =>
      `POST ${pathOf(id)} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n${extra}\r\nx`;
    raw.write(post() + post());
    await raw.until((text) => text.split("HTTP/1.1 200 OK").length === 3);
    expect(raw.text).not.toContain("Connection: close");
    raw.write(post("Connection: close\r\n"));
    await raw.closed;
    expect(raw.text).toContain("Connection: close");
  });

  it.each([
    ["announced", "Content-Length: 99999999999", "x".repeat(65_536)],
    ["in chunks", "Transfer-Encoding: chunked", `10000\r\n${"x".repeat(65_536)}\r\n`],
  ])(
    "with an endless body, %s, loses its connection, once it has had its answer",
    async (_, header, part) => {
      await using rig = await startGolden({ management: { bounds: { discardedBytes: 1024 * 1024 } } });
      const { id } = await rig.connect();
      const raw = await rig.gateway.raw();
      const { socket } = raw;
      const send = (): void => {
        while (socket.writable && socket.write(part));
      };
      socket.on("drain", send);
      socket.write(`POST ${pathOf(id)} HTTP/1.1\r\nHost: a\r\n${header}\r\n\r\n`);
      send();
      await raw.closed;
      expect(raw.text).toMatch(/^HTTP\/1\.1 413 /);
      expect(socket.bytesWritten).toBeLessThan(64 * 1024 * 1024);
    },
  );

  it("that ends in the middle of its body leaves nothing behind", async () => {
    await using rig = await startGolden({ management: { bounds: { bodyBytesInFlight: 131_072 } } });
    const { client, id } = await rig.connect();
    for (let times = 0; times < 3; times += 1) {
      const raw = await rig.gateway.raw();
      raw.write(
        `POST ${pathOf(id)} HTTP/1.1\r\nHost: a\r\nContent-Length: 131072\r\n\r\n${"x".repeat(100_000)}`,
      );
      raw.socket.end();
      await raw.closed;
    }
    await call(rig, { method: "POST", path: pathOf(id), body: Buffer.alloc(131_072, "y") });
    expect(await client.next()).toHaveLength(131_072);
  });

  it("beyond what may be read at a time is refused with 429", async () => {
    await using rig = await startGolden({ management: { bounds: { bodyBytesInFlight: 1000 } } });
    const { id } = await rig.connect();
    const answer = await call(rig, { method: "POST", path: pathOf(id), body: "x".repeat(1001) });
    expect(answer).toMatchObject({ status: 429, body: '{"message":"Too Many Requests"}' });
    expect(answer.headers).toContainEqual(error("LimitExceededException"));
  });
});
