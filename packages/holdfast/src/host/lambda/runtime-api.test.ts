import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { RuntimeApi, type RuntimeListener } from "./runtime-api.ts";

const invocation = {
  id: "6b0b4f1e-0000-4000-8000-000000000001",
  deadlineMs: 1,
  functionArn: "arn:aws:lambda:us-east-1:000000000000:function:f",
  traceId: "Root=1",
  payload: '{"n":1}',
};

const nobody: RuntimeListener = {
  onNext: () => {},
  onResponse: () => {},
  onTooLarge: () => {},
  onError: () => {},
  onInitError: () => {},
};

/** A process that has asked for work. */
async function startAsking(): Promise<{ api: RuntimeApi; socket: Socket; url: string }> {
  const api = await RuntimeApi.listen();
  onTestFinished(() => api.close());
  const asked = new Promise<void>((resolve) => api.tell({ ...nobody, onNext: resolve }));
  const [host, port] = api.address.split(":");
  const socket = connect(Number(port), host);
  socket.write(`GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: ${api.address}\r\n\r\n`);
  await asked;
  return { api, socket, url: `http://${api.address}/2018-06-01/runtime/invocation/next` };
}

test("an invocation for a process that has let go of its request waits until it asks again", async () => {
  const { api, socket, url } = await startAsking();
  socket.destroy();
  await once(socket, "close");
  // By the time that another is answered, the first connection is known to be gone.
  await fetch(`${url}/nothing`);
  api.send(invocation);
  const answer = await fetch(url);
  expect(answer.headers.get("lambda-runtime-aws-request-id")).toBe(invocation.id);
  expect(await answer.json()).toEqual({ n: 1 });
  expect((await fetch(url)).status).toBe(403);
});

test("a process that lets go and asks again asks for work once", async () => {
  const { api, socket, url } = await startAsking();
  socket.destroy();
  await once(socket, "close");
  await fetch(`${url}/nothing`);
  const answer = fetch(url);
  await fetch(`${url}/nothing`);
  api.send(invocation);
  expect(await (await answer).json()).toEqual({ n: 1 });
});
