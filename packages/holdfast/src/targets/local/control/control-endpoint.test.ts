import { chmod, link, mkdir, mkdtemp, readdir, rm, stat, utimes } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../base/clock.ts";
import { GoneError } from "../../../base/errors.ts";
import type { ResourceCall } from "../../../ports/resource-calls.ts";
import { askApp, askFacts, askOperation, nobodyListens } from "./ask-app.ts";
import { startControlEndpoint, type ControlEndpoint } from "./control-endpoint.ts";
import type { AppFacts } from "./control-messages.ts";
import { listRunningApps, removeAbandonedSockets } from "./running-apps.ts";

const facts: AppFacts = {
  pid: process.pid,
  stage: "dev",
  websockets: [{ name: "websocket", url: "ws://localhost:1/dev" }],
  http: "http://localhost:1/",
  name: "relay",
  appDir: "/apps/relay",
  stateDir: "/apps/relay/.holdfast",
  topics: ["news"],
};

describe.skipIf(process.platform === "win32")("the control endpoint", () => {
  let folder: string;
  let asked: ResourceCall[];
  const opened: ControlEndpoint[] = [];

  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), "holdfast-control-")), "sockets");
    asked = [];
  });

  afterEach(async () => {
    for (const endpoint of opened.splice(0)) await endpoint.close();
    await rm(path.dirname(folder), { recursive: true, force: true });
  });

  async function open(): Promise<ControlEndpoint> {
    const calls = {
      call: async (call: ResourceCall) => {
        asked.push(call);
        if (call.operation === "send") throw new GoneError("c1");
        return "message-1";
      },
    };
    const endpoint = await startControlEndpoint({ folder, facts: () => facts, calls, clock: systemClock });
    opened.push(endpoint);
    return endpoint;
  }

  test("tells about the app, and carries out what commands ask for", async () => {
    const { address } = await open();
    expect(await askFacts(address)).toEqual(facts);
    const call = { resource: "topic:news", operation: "publish", argument: { text: "é\n" } };
    expect(await askApp(address, call)).toBe("message-1");
    expect(asked).toEqual([call]);
  });

  test("carries out what is about the app itself, and nothing else by that way", async () => {
    const operations = {
      double: (argument: unknown) => Number(argument) * 2,
      fail: () => Promise.reject(new GoneError("c1")),
    };
    const calls = { call: () => Promise.resolve() };
    const options = { folder, facts: () => facts, calls, operations, clock: systemClock };
    const endpoint = await startControlEndpoint(options);
    opened.push(endpoint);
    expect(await askOperation(endpoint.address, "double", 21)).toBe(42);
    await expect(askOperation(endpoint.address, "fail", {})).rejects.toBeInstanceOf(GoneError);
    for (const name of ["other", "constructor", ""]) {
      const asked = askOperation(endpoint.address, name, {});
      await expect(asked).rejects.toMatchObject({ code: "COMMAND_NOT_UNDERSTOOD" });
    }
  });

  test("passes errors on with their codes", async () => {
    const { address } = await open();
    const call = { resource: "websocket:a", operation: "send", argument: {} };
    await expect(askApp(address, call)).rejects.toBeInstanceOf(GoneError);
  });

  test.each([
    ["table:games", "scan"],
    ["websocket:a", "close"],
    ["secret:key", "read"],
    ["constructor:a", "send"],
  ])("does nothing but what commands need: not %s %s", async (resource, operation) => {
    const { address } = await open();
    await expect(askApp(address, { resource, operation, argument: {} })).rejects.toMatchObject({
      code: "COMMAND_NOT_UNDERSTOOD",
    });
    expect(asked).toEqual([]);
  });

  test.each([
    ["POST", "/v1/call", "{", "COMMAND_NOT_UNDERSTOOD"],
    ["POST", "/v1/call", "null", "COMMAND_NOT_UNDERSTOOD"],
    ["POST", "/v2/call", "{}", "COMMAND_NOT_UNDERSTOOD"],
    ["POST", "/v1/call", "x".repeat(3_000_000), "PAYLOAD_TOO_LARGE"],
  ])("answers %s %s with an error", async (method, pathname, body, code) => {
    const { address } = await open();
    const answer = await new Promise<string>((resolve, reject) => {
      const asking = request({ socketPath: address, method, path: pathname }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => resolve(text));
      });
      asking.on("error", reject);
      asking.end(body);
    });
    expect(JSON.parse(answer)).toMatchObject({ error: { code } });
  });

  test("is for this user alone, and leaves nothing behind", async () => {
    const endpoint = await open();
    expect((await stat(endpoint.address)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await endpoint.close();
    expect(await readdir(folder)).toEqual([]);
    const error: unknown = await askFacts(endpoint.address).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "SERVER_NOT_FOUND" });
    expect(nobodyListens(error)).toBe(true);
  });

  test("does not go where others may write", async () => {
    await mkdir(folder);
    await chmod(folder, 0o777);
    await expect(open()).rejects.toMatchObject({ code: "STATE_NOT_WRITABLE" });
  });

  test("running apps are listed; a socket that a killed process left is no app, and is removed once it is old", async () => {
    const { address } = await open();
    const left = path.join(folder, "1-dead.sock");
    await leaveSocket(left);
    expect(await listRunningApps(folder)).toEqual([{ ...facts, control: address }]);

    await removeAbandonedSockets(folder, Date.now());
    expect(await readdir(folder)).toHaveLength(2);
    const minuteAgo = new Date(Date.now() - 60_000);
    await utimes(left, minuteAgo, minuteAgo);
    await utimes(address, minuteAgo, minuteAgo);
    await removeAbandonedSockets(folder, Date.now());
    expect(await readdir(folder)).toEqual([path.basename(address)]);
  });
});

/** As after kill -9: the file is there, and nobody listens. */
async function leaveSocket(file: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${file}.open`, resolve));
  await link(`${file}.open`, file);
  await new Promise((resolve) => server.close(resolve));
}
