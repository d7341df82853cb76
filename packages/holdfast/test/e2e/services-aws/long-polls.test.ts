import { once } from "node:events";
import { connect } from "node:net";
import AWS from "aws-sdk";
import { afterEach, expect, test } from "vitest";
import { makeFolder, removeFolder, startDev, type DevProcess } from "../../support/holdfast.ts";
import { credentials, region, wellFormed } from "./services-rig.ts";

const template = `Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties: { QueueName: jobs }
`;

const opened: { readonly folder: string; readonly app: DevProcess }[] = [];
afterEach(async () => {
  for (const { folder, app } of opened.splice(0)) {
    await app.stop("SIGKILL");
    await removeFolder(folder);
  }
});

async function open() {
  const folder = await makeFolder({ "template.yaml": template });
  const app = await startDev(folder);
  opened.push({ folder, app });
  const endpoint = app.ready.http.replace(/\/$/, "");
  const sqs = new AWS.SQS({ endpoint, region, credentials, maxRetries: 0 });
  const queue = { QueueUrl: `${endpoint}/000000000000/jobs` };
  /** A receiver that waits on a connection of its own. */
  const wait = async () => {
    const body = JSON.stringify({ ...queue, WaitTimeSeconds: 20 });
    const headers = {
      host: new URL(endpoint).host,
      ...wellFormed("sqs"),
      "x-amz-target": "AmazonSQS.ReceiveMessage",
      "content-type": "application/x-amz-json-1.0",
      "content-length": body.length,
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = connect(Number(new URL(endpoint).port), "localhost");
    await once(socket, "connect");
    await new Promise((resolve) => socket.write(`POST / HTTP/1.1\r\n${lines.join("")}\r\n${body}`, resolve));
    // What came behind it is answered: it waits.
    await sqs.getQueueAttributes(queue).promise();
    return socket;
  };
  return { app, sqs, queue, wait };
}

test("whoever waits for messages is answered when the app ends", async () => {
  const { app, wait } = await open();
  const receiver = await wait();
  const code = app.stop();
  const [answer] = (await once(receiver, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\n\{\}$/s);
  expect(await code).toBe(0);
});

test("a receiver that has left takes no message along", async () => {
  const { sqs, queue, wait } = await open();
  const receiver = await wait();
  receiver.destroy();
  await once(receiver, "close");
  await sqs.getQueueAttributes(queue).promise();
  await sqs.sendMessage({ ...queue, MessageBody: "hello" }).promise();
  const { Messages = [] } = await sqs.receiveMessage({ ...queue, WaitTimeSeconds: 20 }).promise();
  expect(Messages.map(({ Body }) => Body)).toEqual(["hello"]);
});
