import { spawnSync } from "node:child_process";

/** Whether the Python that handlers run on has AWS's SDK, which the Lambda image has; 1.`minor` or newer. */
export function hasBoto3(minor = 0): boolean {
  const script = `import boto3; assert int(boto3.__version__.split(".")[1]) >= ${minor}`;
  return spawnSync("python3", ["-c", script]).status === 0;
}
