import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { cp, readFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { makeFolder, openClient, removeFolder, runHoldfast } from "../support/holdfast.ts";
import { ImageBuilder, whyNoImages } from "../support/image-builder.ts";

const whyNot = whyNoImages();
if (whyNot !== undefined) console.warn(`\n⚠ The Docker image is not built: ${whyNot}\n`);

const chat = fileURLToPath(new URL("../../../../examples/chat/", import.meta.url));
const base = "localhost/holdfast-base:1";
const image = "localhost/chat:1";

interface ImageConfiguration {
  readonly User: string;
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly Healthcheck: { readonly Test: readonly string[] };
}

describe.skipIf(whyNot !== undefined)("the image that a build is for", { timeout: 60_000 }, () => {
  let folder: string;
  let store: string;
  let builder: ImageBuilder;
  let container: string;
  let port: number;
  let configuration: ImageConfiguration;

  beforeAll(async () => {
    folder = await makeFolder({ "package.json": '{ "name": "chat", "license": "Apache-2.0" }' });
    store = await makeFolder({});
    await cp(path.join(chat, "app.ts"), path.join(folder, "app.ts"));
    await cp(path.join(chat, "public"), path.join(folder, "public"), { recursive: true });
    port = await freePort();
    const settings = [`port=${port}`, `docker.base=${base}`, "drain.windowMs=500ms"].flatMap((setting) => [
      "--set",
      setting,
    ]);
    const built = await runHoldfast(["build", "--target", "docker", "--json", ...settings], folder);
    if (built.code !== 0) throw new Error(built.stderr);
    builder = new ImageBuilder(store);
    await builder.buildBase(base, process.execPath);
    await builder.build(path.join(folder, "out/docker"), image, "--pull-never");
    container = await builder.buildah("from", "--pull-never", image);
    const inspected = JSON.parse(await builder.buildah("inspect", "--type", "image", image)) as {
      Docker: { config: ImageConfiguration };
    };
    configuration = inspected.Docker.config;
  }, 240_000);

  afterAll(async () => {
    await builder?.buildah("rm", "-a").catch(() => {});
    await removeFolder(folder);
    await removeFolder(store);
  });

  test("runs as nobody, who may write to the state folder and to nothing of the app", async () => {
    expect(configuration.User).toBe("10001:10001");
    expect(await builder.run(container, "id", "-u")).toBe("10001");
    const canWrite = (file: string): Promise<string> =>
      builder.run(container, "sh", "-c", `( : > ${file} ) 2>/dev/null && echo yes || echo no`);
    expect(await canWrite("/var/lib/holdfast/new")).toBe("yes");
    expect(await canWrite("/app/new")).toBe("no");
    expect(await canWrite("/opt/holdfast/new")).toBe("no");
  });

  test("has the packages that its list names, and no others", async () => {
    const script = `
      const { readdirSync, readFileSync } = require("node:fs");
      for (const file of readdirSync("/opt/holdfast/node_modules", { recursive: true }))
        if (/(^|node_modules\\/)(@[^/]+\\/)?[^/@]+\\/package\\.json$/.test(file)) {
          const { name, version } = JSON.parse(readFileSync("/opt/holdfast/node_modules/" + file, "utf8"));
          if (version) console.log(name + "@" + version);
        }`;
    const installed = (await builder.run(container, "node", "-e", script)).split("\n");
    const sbom = JSON.parse(await readFile(path.join(folder, "out/docker/sbom.cdx.json"), "utf8")) as {
      components: { name: string; version: string }[];
    };
    const listed = sbom.components
      .map(({ name, version }) => `${name}@${version}`)
      .filter((one) => !one.startsWith("holdfast@"));
    expect([...new Set(installed)].toSorted()).toEqual(listed.toSorted());
  });

  test("answers from inside, is well by its own account, and ends when it is told to", async () => {
    const child = builder.start(container, ...configuration.Entrypoint, ...configuration.Cmd);
    const exited = once(child, "exit");
    const first = await firstProcess(await readyProcess(child.stdout as Readable));
    onTestFinished(() => endProcess(first));
    const page = await fetch(`http://localhost:${port}/`);
    expect(await page.text()).toContain("<!doctype html>");
    const client = await openClient(`ws://localhost:${port}/chat/anna`);
    expect(await client.next()).toBe("Hi anna! You have succesfully connected to the chat");
    client.socket.send("from outside");
    expect(await client.next()).toBe("anna: from outside");
    const [, ...health] = configuration.Healthcheck.Test;
    await builder.run(container, ...health);

    // What `docker stop` sends to the first process; buildah does not hand signals on.
    process.kill(first, "SIGTERM");
    expect(await client.closed).toEqual({ code: 1012, reason: "Service Restart" });
    expect(await exited).toEqual([0, null]);
    await expect(builder.run(container, ...health)).rejects.toThrow("exit status 1");
  });
});

/** The first line of its log that says so. */
async function readyProcess(output: Readable): Promise<number> {
  for await (const line of createInterface({ input: output })) {
    const { "event.action": event, "holdfast.pid": pid } = JSON.parse(line) as Record<string, unknown>;
    if (event === "ready" && typeof pid === "number") return pid;
  }
  throw new Error("The server in the container ended before it was ready");
}

/** The one that a container's runtime starts, and that signals go to: the outermost node above a process. */
async function firstProcess(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const parent = Number(/^PPid:\t(\d+)$/m.exec(status)?.[1]);
  const [program = ""] = (await readFile(`/proc/${parent}/cmdline`, "utf8")).split("\0");
  return path.basename(program) === "node" ? firstProcess(parent) : pid;
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended, as it should.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
