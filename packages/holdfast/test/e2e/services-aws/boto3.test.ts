import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { startServicesRig } from "./services-rig.ts";

const script = fileURLToPath(new URL("boto3-calls.py", import.meta.url));
const hasBoto3 = spawnSync("python3", ["-c", "import boto3"]).status === 0;
if (!hasBoto3) console.warn("SKIPPED: AWS's services with boto3: python3 has none");

it.skipIf(!hasBoto3)(
  "boto3 calls STS, SSM and Lambda, pages through them and knows their errors",
  async () => {
    await using rig = await startServicesRig();
    const { stdout } = await promisify(execFile)("python3", [script, rig.endpoint]);
    expect(JSON.parse(stdout)).toEqual({
      identity: "arn:aws:iam::000000000000:user/AKIAEXAMPLE",
      assumed: "arn:aws:sts::000000000000:assumed-role/r/me",
      parameters: Array.from({ length: 12 }, (_, at) => String(at)).toSorted(),
      echoed: { echoed: { from: "boto3" } },
      broken: ["Unhandled", "It does not work"],
      functions: ["broken", "count", "echo", "huge", "inside", "nothing", "slow"],
      errors: [
        ["ValidationError", 400],
        ["ParameterNotFound", 400],
        ["ParameterAlreadyExists", 400],
        ["ResourceNotFoundException", 404],
        ["InvalidRequestContentException", 400],
      ],
    });
  },
);
