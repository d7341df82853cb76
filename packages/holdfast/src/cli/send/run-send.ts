import { GoneError } from "../../base/errors.ts";
import { askApp } from "../../targets/local/control/ask-app.ts";
import type { CommandIo } from "../command-io.ts";
import type { SendFlags } from "../commands/send.ts";
import { chooseApi } from "../connect/running-server.ts";
import { writeOut } from "../output/write-out.ts";
import { findRunningApp } from "../running/find-running-app.ts";
import { readData } from "../running/read-data.ts";
import { sayWhichApp } from "../running/say-which-app.ts";

/** Posts to a connection of the running app, as a handler would. Throws `GoneError` when it has left. */
export async function runSend(
  connectionId: string,
  given: string,
  flags: SendFlags,
  io: CommandIo,
): Promise<void> {
  const app = await findRunningApp(io.cwd);
  sayWhichApp(app, io);
  const api = chooseApi(app.websockets, flags.api).name;
  const data = await readData(given, io.stdin);
  const argument = { connectionId, data };
  await askApp(app.control, { resource: `websocket:${api}`, operation: "send", argument }).catch(
    (error: unknown) => {
      if (!(error instanceof GoneError)) throw error;
      const hint = "Its client has left, or never was: an id counts for one connection of one app.";
      throw new GoneError(connectionId, { hint, cause: error });
    },
  );
  const sent = { event: "sent", api, connectionId, bytes: Buffer.byteLength(data) };
  const line = flags.json === true ? JSON.stringify(sent) : `Sent ${sent.bytes} bytes to ${connectionId}`;
  await writeOut(io.stdout, `${line}\n`);
}
