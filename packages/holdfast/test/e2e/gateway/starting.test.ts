import { expect, test } from "vitest";
import { sampleModel } from "../../model/sample-model.ts";
import { FrontRig } from "./front-rig.ts";

test("a request that comes before the app is answered, and not left waiting", async () => {
  await using rig = new FrontRig({});
  await rig.front.prepare(sampleModel);
  const { status } = await fetch(rig.front.http());
  expect(status).toBe(503);
  await rig.deploy();
  expect((await fetch(rig.front.http())).status).toBe(404);
});
