import { execFile, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { functionSurroundings } from "../../../src/targets/local/aws-environment.ts";
import { writeCaBundle } from "../../../src/targets/local/certificates/ca-bundle.ts";
import { startTlsRig, type TlsRig } from "./tls-rig.ts";

const sitecustomize = fileURLToPath(new URL("../../../src/runtime/python", import.meta.url));
const hasBoto = spawnSync("python3", ["-c", "import boto3"]).status === 0;
if (!hasBoto)
  console.warn("⚠ python3 with boto3 is not installed: the tests of names inside Python are skipped.");

describe.skipIf(!hasBoto)("inside Python", () => {
  let folder: string;
  let rig: TlsRig;
  let surroundings: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "holdfast-python-"));
    rig = await startTlsRig();
    const bundle = path.join(folder, "bundle.pem");
    await writeCaBundle(bundle, rig.authority.certificate, process.env);
    surroundings = {
      ...functionSurroundings(process.env, bundle),
      PYTHONPATH: sitecustomize,
      PYTHONDONTWRITEBYTECODE: "1",
      HOLDFAST_GATEWAY: `127.0.0.1:${rig.port}`,
    };
  });

  afterAll(async () => {
    await rig?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function python(lines: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<unknown> {
    const env = { ...surroundings, ...environment };
    const { stdout } = await promisify(execFile)("python3", ["-c", lines.join("\n")], { env });
    return JSON.parse(stdout);
  }

  const postWith = (endpoint: string): readonly string[] => [
    "import boto3, botocore, json",
    `client = boto3.client("apigatewaymanagementapi", endpoint_url="${endpoint}")`,
    "try:",
    '  client.post_to_connection(ConnectionId="AAAAAAAAAAAAAAA=", Data=b"hi")',
    "  print(200)",
    "except botocore.exceptions.ClientError as error:",
    '  print(error.response["ResponseMetadata"]["HTTPStatusCode"])',
  ];

  it("boto3 reaches the gateway under an API's name on AWS, and under its own", async () => {
    // What the port answers to a post is not this test's business; that it answers is.
    const onAws = "https://a1b2c3.execute-api.us-east-1.amazonaws.com/dev";
    expect(await python(postWith(onAws))).toEqual(expect.any(Number));
    expect(await python(postWith(`https://localhost:${rig.port}/dev`))).toEqual(expect.any(Number));
  });

  const statusOf = (url: string): readonly string[] => [
    "import urllib.request, urllib.error",
    "try:",
    `  print(urllib.request.urlopen("${url}").status)`,
    "except urllib.error.HTTPError as error:",
    "  print(error.code)",
  ];

  it("the standard library does so too, with TLS and without; other services get the gateway's 501", async () => {
    const stage = "a1b2c3.execute-api.eu-west-1.amazonaws.com/dev";
    expect(await python(statusOf(`https://${stage}`))).toBe(426);
    expect(await python(statusOf(`http://${stage}`))).toBe(426);
    expect(await python(statusOf("https://bucket.s3.us-east-1.amazonaws.com/key"))).toBe(501);
  });

  it("names are left alone when the user says so, on other ports, and without a gateway", async () => {
    const host = "s3.us-east-1.amazonaws.com";
    const gatewayFor = (port: number, environment: NodeJS.ProcessEnv = {}): Promise<unknown> =>
      python([...loadingOurs, `print(json.dumps(ours._gateway_for("${host}", ${port})))`], environment);
    expect(await gatewayFor(443)).toEqual(["127.0.0.1", rig.port]);
    expect(await gatewayFor(5432)).toBeNull();
    expect(await gatewayFor(443, { HOLDFAST_AWS_NAMES: "off" })).toBeNull();
    expect(await gatewayFor(443, { HOLDFAST_GATEWAY: "" })).toBeNull();
    expect(await gatewayFor(443, { AWS_ENDPOINT_URL_S3: `https://${host}` })).toBeNull();
  });

  it("a sitecustomize that was there before still runs", async () => {
    const own = path.join(folder, "own");
    await mkdir(own);
    await writeFile(path.join(own, "sitecustomize.py"), 'import builtins\nbuiltins.seen = "own"\n');
    const PYTHONPATH = [sitecustomize, own].join(path.delimiter);
    const lines = [
      "import json, socket",
      "print(json.dumps([seen, socket.getaddrinfo.__name__, socket.getaddrinfo.__module__]))",
    ];
    expect(await python(lines, { PYTHONPATH })).toEqual(["own", "getaddrinfo", "sitecustomize"]);
  });
});

/** By its file: under its name there may be the system's own by now. */
const loadingOurs = [
  "import importlib.util, json",
  `spec = importlib.util.spec_from_file_location("ours", "${sitecustomize}/sitecustomize.py")`,
  "ours = importlib.util.module_from_spec(spec)",
  "spec.loader.exec_module(ours)",
];
