import { HoldfastError } from "../../base/errors.ts";
import { askApp } from "../../targets/local/control/ask-app.ts";
import type { CommandIo } from "../command-io.ts";
import type { PublishFlags } from "../commands/publish.ts";
import { writeOut } from "../output/write-out.ts";
import { findRunningApp } from "../running/find-running-app.ts";
import { readData } from "../running/read-data.ts";
import { sayWhichApp } from "../running/say-which-app.ts";

/** Publishes to a topic of the running app, as somebody outside would, and prints the message's id. */
export async function runPublish(
  topic: string,
  given: string,
  { subject, attribute: attributes, json }: PublishFlags,
  io: CommandIo,
): Promise<void> {
  const app = await findRunningApp(io.cwd);
  sayWhichApp(app, io);
  if (!app.topics.includes(topic)) throw unknownTopic(topic, app.topics);
  const text = await readData(given, io.stdin);
  const argument = { text, ...(subject !== undefined && { subject }), ...(attributes && { attributes }) };
  const call = { resource: `topic:${topic}`, operation: "publish", argument };
  const messageId = String(await askApp(app.control, call));
  const line = json === true ? JSON.stringify({ event: "published", topic, messageId }) : messageId;
  await writeOut(io.stdout, `${line}\n`);
}

function unknownTopic(topic: string, known: readonly string[]): HoldfastError {
  const hint =
    known.length === 0 ? "It has no topics: declare one with app.topic()." : `It has: ${known.join(", ")}.`;
  return new HoldfastError("RESOURCE_UNKNOWN", `The running app has no topic "${topic}"`, { hint });
}
