import STS from "aws-sdk/clients/sts.js";
import SSM from "aws-sdk/clients/ssm.js";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { makeFolder, removeFolder } from "../../support/holdfast.ts";
import { region, startServicesRig, wellFormed } from "./services-rig.ts";

const body = "Action=GetCallerIdentity&Version=2011-06-15";
const form = { "content-type": "application/x-www-form-urlencoded" };

it("with --strict-auth a signature must be somebody's, of any region, and without a policy of its own", async () => {
  const folder = await makeFolder({});
  const credentialsFile = path.join(folder, "credentials.json");
  const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  await writeFile(
    credentialsFile,
    JSON.stringify([
      { accessKeyId: "AKIAWHOLE", secretAccessKey: "whole" },
      { accessKeyId: "AKIAPOLICY", secretAccessKey: "policed", policy },
    ]),
  );
  await using rig = await startServicesRig({ mode: "strict", credentialsFile });
  const identity = (accessKeyId: string, secretAccessKey: string, of = region) =>
    new STS({ endpoint: rig.endpoint, region: of, accessKeyId, secretAccessKey, maxRetries: 0 })
      .getCallerIdentity()
      .promise()
      .then(
        ({ Arn }) => Arn,
        ({ code }: { code: string }) => code,
      );
  expect(await identity("AKIAWHOLE", "whole")).toBe("arn:aws:iam::000000000000:user/AKIAWHOLE");
  expect(await identity("AKIAWHOLE", "whole", "us-west-2")).toContain("AKIAWHOLE");
  expect(await identity("AKIAWHOLE", "wrong")).toBe("SignatureDoesNotMatch");
  expect(await identity("AKIANOBODY", "x")).toBe("InvalidClientTokenId");
  expect(await identity("AKIAPOLICY", "policed")).toBe("AccessDenied");
  const ssm = new SSM({ endpoint: rig.endpoint, region, accessKeyId: "AKIAWHOLE", secretAccessKey: "whole" });
  expect((await ssm.describeParameters().promise()).Parameters).toEqual([]);
  expect((await rig.ask({ method: "POST", headers: { ...wellFormed("sts"), ...form }, body })).status).toBe(
    403,
  );
  await removeFolder(folder);
});

it("with --no-auth calls need no signature at AWS's names", async () => {
  await using rig = await startServicesRig({ mode: "none" });
  const headers = { ...form, host: "sts.amazonaws.com" };
  expect(await rig.ask({ method: "POST", headers, body })).toMatchObject({
    status: 200,
    body: expect.stringContaining("<Account>000000000000</Account>"),
  });
});
