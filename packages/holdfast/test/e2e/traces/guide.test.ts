import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readConfiguration } from "../../../src/cli/configuration/read-configuration.ts";
import { pageFile, useGuidePages } from "../guide-page.ts";
import { startOtlpReceiver } from "./otlp-receiver.ts";
import { startTracedFile } from "./traced-app.ts";

const appOfPage = useGuidePages();
const page = "tracing.md";

test("the app on the page about traces makes the trace that the page shows", async () => {
  await using receiver = await startOtlpReceiver();
  const { endpoint } = receiver;
  await using app = await startTracedFile(await appOfPage(page), { endpoint }, { SPANS_URL: endpoint });
  const client = await app.connect();
  client.send({ action: "move" });
  await client.nextJson();
  const own = await receiver.span("choose a move");
  const put = await receiver.span("put games");
  const send = await receiver.span("send play");
  for (const span of [own, put, send]) {
    expect(span.traceId).toBe(own.traceId);
    expect(await receiver.path(span)).toEqual([span.name, "invoke play-move", "message move"]);
  }
});

test("the settings on the page about traces are settings, and what counts unless said is said", async () => {
  const text = await readFile(pageFile(page), "utf8");
  const yaml = /^```yaml\n(?<yaml>[\s\S]*?)^```$/m.exec(text)?.groups?.yaml ?? "";
  const { traces } = parse(yaml) as { traces: Record<string, unknown> };
  const cwd = tmpdir();
  const env = Object.fromEntries(
    Object.entries(traces)
      .filter(([, value]) => typeof value !== "object")
      .map(([name, value]) => [
        `HOLDFAST_TRACES_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
        String(value),
      ]),
  );
  const set = ["traces.sampler.type=probabilistic", "traces.sampler.parameter=0.1"];
  const { configuration } = await readConfiguration({ cwd, env, set });
  expect(configuration.traces).toEqual({ headers: {}, ...traces });

  const { configuration: unsaid } = await readConfiguration({ cwd, env: {} });
  const { endpoint, flushIntervalMs, bufferSpans, sampler } = unsaid.traces;
  for (const value of [`\`${endpoint}\``, flushIntervalMs, bufferSpans])
    expect(text).toMatch(new RegExp(`^\\|.*\\| ${value} \\|$`, "m"));
  expect(sampler).toEqual({ type: "const", parameter: 1 });
});
