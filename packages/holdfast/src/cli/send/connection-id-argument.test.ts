import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { sendCommand } from "../commands/send.ts";
import { shieldConnectionIds } from "./connection-id-argument.ts";

const io = {
  stdin: new PassThrough(),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  env: {},
  cwd: "/",
  onInterrupt: () => () => {},
};

test.each(["-M2x0sUfsZ6UwWy_ig==", "--2x0sUfsZ6UwWy_ig==", "-h2x0sUfsZ6UwWy_ig==", "DM2x0sUfsZ6UwWy_ig=="])(
  "%s is a connection id, and options may stand on both sides of it",
  (id) => {
    const command = sendCommand(io).action(() => {});
    const [, ...args] = shieldConnectionIds(["send", "--json", id, "data", "--api", "chat"]);
    command.parse(args, { from: "user" });
    expect(command.processedArgs).toEqual([id, "data"]);
    expect(command.opts()).toEqual({ json: true, api: "chat" });
  },
);

test("other commands and options are left alone", () => {
  const args = ["connect", "-M2x0sUfsZ6UwWy_ig==", "--json"];
  expect(shieldConnectionIds(args)).toEqual(args);
  expect(shieldConnectionIds(["send", "--json", "-x"])).toEqual(["send", "--json", "-x"]);
});
