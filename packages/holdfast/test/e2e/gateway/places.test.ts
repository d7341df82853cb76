import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { createGateway } from "../../../src/gateway/engine.ts";
import type { Mount } from "../../../src/gateway/mounts.ts";
import { MemoryInvoker } from "../../../src/host/memory-invoker.ts";
import { makeApi, makeRoute, startRig, upgradeRequest, type Rig } from "./rig.ts";

/** Mounts beside the rig's stage, each with a gateway that greets with its name and its path's parameters. */
function mountOthers(rig: Rig, places: readonly Pick<Mount, "kind" | "path">[]): void {
  const mounts = places.map((place): Mount => {
    const gateway = createGateway({
      api: makeApi([makeRoute("$default", { responds: true })], { name: place.path }),
      apiId: "b",
      stage: "dev",
      domainName: "localhost",
      node: 1,
      invoker: new MemoryInvoker({
        $default: (event) =>
          !("connection" in event)
            ? undefined
            : {
                statusCode: 200,
                body: JSON.stringify([event.connection.apiName, event.connection.pathParameters ?? null]),
              },
      }),
      clock: systemClock,
      log: silentLog,
    });
    return { ...place, gateway };
  });
  rig.listener.setMounts([{ gateway: rig.gateway, kind: "stage", path: "/dev" }, ...mounts]);
}

async function greeting(rig: Rig, path: string): Promise<unknown> {
  const client = await rig.connect({ path });
  client.send("?");
  const answer: unknown = JSON.parse(await client.next());
  client.socket.close();
  return answer;
}

describe("a stage", () => {
  it.each(["/dev", "/dev/", "/dev?x=1", "/dev/?x=1"])("answers at %s", async (path) => {
    await using rig = await startRig({ functions: { $default: () => undefined } });
    const client = await rig.connect({ path });
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it.each(["/", "/prod", "/dev/more", "/dev//", "/DEV", "/dev2"])(
    "does not answer at %s: the handshake is Forbidden",
    async (path) => {
      await using rig = await startRig({ functions: { $default: () => undefined } });
      const answer = await rig.refusal({ path });
      expect(answer).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
      expect(answer.headers["content-type"]).toBe("application/json");
    },
  );

  it("answers a plain GET with 426, and leaves all else to HTTP", async () => {
    await using rig = await startRig({
      functions: {},
      http: (request, response) => response.end(`http ${request.url}`),
    });
    const answer = await fetch(`http://127.0.0.1:${rig.port}/dev`);
    expect(answer.status).toBe(426);
    expect(answer.headers.get("upgrade")).toBe("websocket");
    expect(await answer.json()).toEqual({ message: "Upgrade Required" });
    const elsewhere = await fetch(`http://127.0.0.1:${rig.port}/dev/page`);
    expect(await elsewhere.text()).toBe("http /dev/page");
  });

  it("is not given to a client that asks for it while a request of the same connection is under way", async () => {
    const answers: (() => void)[] = [];
    let connects = 0;
    await using rig = await startRig({
      functions: { $connect: () => void (connects += 1) },
      http: (_request, response) => void answers.push(() => response.end("late")),
    });
    const client = await rig.raw();
    client.write(`GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n${upgradeRequest()}`);
    await client.closed;
    answers[0]?.();
    expect([answers.length, connects, client.text]).toEqual([1, 0, ""]);
  });

  it("is given to a client whose earlier request on the same connection was answered", async () => {
    await using rig = await startRig({
      functions: { $default: () => undefined },
      http: (_request, response) => response.end("answered"),
    });
    const client = await rig.raw();
    client.write("GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await client.until((text) => text.includes("answered"));
    client.write(upgradeRequest());
    await client.until((text) => text.includes("101 Switching"));
    expect(client.text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 101"]);
  });

  it("is not harmed by an HTTP handler that throws", async () => {
    await using rig = await startRig({
      functions: { $default: () => undefined },
      http: () => {
        throw new Error("broken");
      },
    });
    expect((await fetch(`http://127.0.0.1:${rig.port}/`)).status).toBe(500);
    expect(rig.events("listener.fault")).toHaveLength(1);
    await rig.connect();
  });
});

describe("an API with a path of its own", () => {
  it("answers exactly there, before stages, the most specific first, with its parameters", async () => {
    await using rig = await startRig({ functions: { $default: () => undefined } });
    mountOthers(rig, [
      { kind: "path", path: "/chat/{username}" },
      { kind: "path", path: "/chat/lobby" },
      { kind: "path", path: "/" },
      { kind: "stage", path: "/chat" },
    ]);
    expect(await greeting(rig, "/chat/%C3%84nn?age=20")).toEqual(["/chat/{username}", { username: "Änn" }]);
    expect(await greeting(rig, "/chat/lobby")).toEqual(["/chat/lobby", null]);
    expect(await greeting(rig, "/")).toEqual(["/", null]);
    expect(await greeting(rig, "/chat")).toEqual(["/chat", null]);
    expect((await rig.refusal({ path: "/chat/a/b" })).status).toBe(403);
    expect((await rig.refusal({ path: "/chat/%" })).status).toBe(403);
  });

  it("leaves plain requests at its place to HTTP", async () => {
    await using rig = await startRig({ functions: {}, http: (_request, response) => response.end("page") });
    mountOthers(rig, [{ kind: "path", path: "/" }]);
    expect(await (await fetch(`http://127.0.0.1:${rig.port}/`)).text()).toBe("page");
  });

  it("may be added later, while open connections stay", async () => {
    await using rig = await startRig({ functions: { $default: () => undefined } });
    const before = await rig.connect();
    expect((await rig.refusal({ path: "/new" })).status).toBe(403);
    mountOthers(rig, [{ kind: "path", path: "/new" }]);
    expect(await greeting(rig, "/new")).toEqual(["/new", null]);
    expect(before.socket.readyState).toBe(before.socket.OPEN);
  });

  it("with a path that is no pattern is refused, and the mounts stay", async () => {
    await using rig = await startRig({ functions: { $default: () => undefined } });
    expect(() => mountOthers(rig, [{ kind: "path", path: "nowhere" }])).toThrow(
      expect.objectContaining({ code: "PATH_INVALID" }),
    );
    await rig.connect();
  });
});
