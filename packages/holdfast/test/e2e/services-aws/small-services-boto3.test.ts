import { execFile, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { hasBoto3 } from "../../setup/python.ts";
import { credentials, region } from "./services-rig.ts";
import { chatId, startSmallServices } from "./small-services-rig.ts";

const script = fileURLToPath(new URL("small-services-calls.py", import.meta.url));
const withBoto3 = hasBoto3();
const version = spawnSync("aws", ["--version"], { encoding: "utf8" }).stdout ?? "";
const withAws = version.startsWith("aws-cli/");
// The command has it since its version 2.
const withTail = version.startsWith("aws-cli/2");
if (!withBoto3) console.warn("SKIPPED: the smaller services with boto3: python3 has none");
if (!withAws) console.warn("SKIPPED: `aws logs filter-log-events`: there is no aws command");
if (!withTail) console.warn("SKIPPED: `aws logs tail`: there is no aws command of version 2");

const environment = {
  ...process.env,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_DEFAULT_REGION: region,
  PYTHONUNBUFFERED: "1",
};

it.skipIf(!withBoto3)("boto3 calls them, pages through them and knows their errors", async () => {
  await using rig = await startSmallServices();
  const { stdout } = await promisify(execFile)("python3", [script, rig.endpoint, chatId]);
  expect(JSON.parse(stdout)).toEqual({
    failures: ["GET /b 404", "GET /c 500"],
    head: ["GET /a 200"],
    groups: [`/aws/apigateway/${chatId}/prod`, "/aws/lambda/audit", "/aws/lambda/handler", "boto3"],
    put: [1, "InvalidArgument"],
    rules: ["hourly", "placed"],
    schedules: ["nightly", "weekly"],
    routes: ["$connect", "join", "ping", "store", "tell"],
    stages: ["prod"],
    errors: [
      ["ResourceNotFoundException", 400],
      ["ResourceNotFoundException", 400],
      ["ResourceNotFoundException", 404],
      ["NotFoundException", 404],
      ["UnsupportedOperation", 400],
    ],
  });
  expect(rig.delivered).toHaveLength(2);
});

it.skipIf(!withAws)("`aws logs filter-log-events` finds what a function printed", async () => {
  await using rig = await startSmallServices();
  rig.keeper.keep("info", "function-output", { message: "hello there", function: "handler" });
  rig.keeper.keep("info", "function-output", { message: "good bye", function: "handler" });
  await rig.keeper.close();
  const command = ["logs", "filter-log-events", "--log-group-name", "/aws/lambda/handler"];
  const { stdout } = await promisify(execFile)(
    "aws",
    [...command, "--filter-pattern", "hello", "--endpoint-url", rig.endpoint],
    { env: environment },
  );
  const { events } = JSON.parse(stdout) as { events: readonly { message: string }[] };
  expect(events.map(({ message }) => message)).toEqual(["hello there"]);
});

it.skipIf(!withTail)("`aws logs tail --follow` shows what was and what comes, each once", async () => {
  await using rig = await startSmallServices();
  const print = (message: string): void =>
    rig.keeper.keep("info", "function-output", { message, function: "handler" });
  print("before");
  const tail = spawn(
    "aws",
    ["logs", "tail", "/aws/lambda/handler", "--follow", "--format", "short", "--endpoint-url", rig.endpoint],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: environment,
    },
  );
  try {
    const shown: string[] = [];
    for await (const line of createInterface({ input: tail.stdout })) {
      shown.push(line.replace(/^\S+ /, ""));
      if (shown.length === 1) ["after", "after"].forEach(print);
      if (shown.length === 3) break;
    }
    expect(shown).toEqual(["before", "after", "after"]);
  } finally {
    tail.kill("SIGKILL");
  }
});
