import { execFileSync, spawnSync } from "node:child_process";
import { cp, readFile, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeFolder, openClient, removeFolder, runHoldfast, startDev } from "../support/holdfast.ts";

const app = `import { App } from "holdfast";
import { shout } from "shouting";

const app = new App("loud", { port: 4321 });
export default app;
const ws = app.websocket();
ws.onMessage((message) => shout(message.text));
app.static("public", { fingerprint: true });
app.table("heard", { key: "id" });
`;

const files = {
  "app.ts": app,
  "public/index.html": "<h1>loud</h1>",
  "node_modules/shouting/package.json": '{ "name": "shouting", "version": "2.0.0", "main": "index.js" }',
  "node_modules/shouting/index.js":
    'exports.shout = (text) => text.toUpperCase() + require("node:os").EOL.replace(/\\s/, "!");',
  "holdfast.yaml":
    "docker:\n  registry: registry.example.com\nkubernetes:\n  ingress:\n    host: loud.local\n",
};

interface Built {
  readonly event: string;
  readonly files: readonly { readonly file: string; readonly bytes: number }[];
  readonly diagnostics: readonly { readonly message: string }[];
  readonly next: readonly { readonly command: string }[];
}

let folder: string;
beforeAll(async () => {
  folder = await makeFolder(files);
});
afterAll(() => removeFolder(folder));

async function build(...args: readonly string[]): Promise<Built> {
  const { code, stdout, stderr } = await runHoldfast(["build", "--json", ...args], folder);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Built;
}

const commandsOf = ({ next }: Built): readonly string[] => next.map(({ command }) => command);

describe("an archive", () => {
  test("is the same model, and runs without the app's sources and packages", async () => {
    const built = await build();
    expect(commandsOf(built)).toEqual(["holdfast serve out/loud.holdfast --config holdfast.yaml"]);
    const inspect = async (name: string): Promise<unknown> =>
      JSON.parse((await runHoldfast(["inspect", name, "--json"], folder)).stdout) as unknown;
    expect(await inspect("out/loud.holdfast")).toEqual(await inspect("app.ts"));

    const elsewhere = await makeFolder({});
    try {
      await cp(path.join(folder, "out/loud.holdfast"), path.join(elsewhere, "loud.holdfast"));
      const dev = await startDev(elsewhere, "loud.holdfast");
      try {
        expect(await (await fetch(dev.ready.http)).text()).toBe(files["public/index.html"]);
        const client = await openClient(dev.url);
        client.socket.send("hello");
        expect(await client.next()).toBe("HELLO!");
        client.socket.close();
      } finally {
        expect(await dev.stop()).toBe(0);
      }
    } finally {
      await removeFolder(elsewhere);
    }
  });

  test("has the same bytes each time, and none of the build before", async () => {
    const read = (): Promise<Buffer> => readFile(path.join(folder, "out/loud.holdfast"));
    await build();
    const first = await read();
    await build();
    expect((await read()).equals(first)).toBe(true);
    expect((await readdir(path.join(folder, "out"))).filter((name) => name.startsWith("loud"))).toEqual([
      "loud.holdfast",
    ]);
  });

  test("of a template is the same model", async () => {
    const sam = fileURLToPath(new URL("../existing-apps/sam-chat", import.meta.url));
    await cp(sam, path.join(folder, "sam"), { recursive: true });
    await build("sam", "--out", "sam-out");
    const inspect = async (name: string): Promise<unknown> =>
      JSON.parse(
        (await runHoldfast(["inspect", name, "--json", "--stage", "production"], folder)).stdout,
      ) as unknown;
    expect(await inspect("sam-out/sam.holdfast")).toEqual(await inspect("sam"));
    await rm(path.join(folder, "sam-out"), { recursive: true });
  });
});

test("people read what was written, how large it is, and what to type next", async () => {
  const { stdout } = await runHoldfast(["build"], folder);
  expect(stdout.replaceAll(/\d+\.\d kB/g, "N kB")).toBe(
    "✔ Built loud for archive\n  N kB  out/loud.holdfast\n\nNext:\n  holdfast serve out/loud.holdfast --config holdfast.yaml  # runs it\n",
  );
});

test("docker: a folder with all that the image is made from, and a compose file that parses", async () => {
  const built = await build("--target", "docker");
  expect(commandsOf(built)).toEqual([
    "docker build -t registry.example.com/loud:latest out/docker",
    "docker run --init --read-only --tmpfs /tmp -p 4321:4321 -v loud-state:/var/lib/holdfast registry.example.com/loud:latest",
    "docker compose -f out/docker/compose.yaml up -d --build",
  ]);
  expect((await readdir(path.join(folder, "out/docker"))).toSorted()).toEqual([
    ".dockerignore",
    ".holdfast-artefact",
    "Dockerfile",
    "app.holdfast",
    "compose.yaml",
    "holdfast",
    "holdfast.yaml",
    "sbom.cdx.json",
  ]);
  expect(await readFile(path.join(folder, "out/docker/sbom.cdx.json"), "utf8")).toContain(
    "pkg:npm/shouting@2.0.0",
  );
});

const hasCompose = spawnSync("docker-compose", ["--version"]).status === 0;
if (!hasCompose)
  console.warn("\n⚠ The compose file is not checked by docker-compose, which is not installed\n");

test.skipIf(!hasCompose)("docker-compose takes the compose file", async () => {
  await build("--target", "docker");
  const text = execFileSync(
    "docker-compose",
    ["-f", path.join(folder, "out/docker/compose.yaml"), "config"],
    { encoding: "utf8" },
  );
  expect(text).toContain("registry.example.com/loud:latest");
});

test("kubernetes: objects that name the image, and warnings of what is missing beside them", async () => {
  const built = await build("--target", "kubernetes");
  expect(commandsOf(built)).toEqual([
    "kubectl apply -f out/kubernetes",
    "kubectl rollout status deployment/loud",
  ]);
  expect(built.diagnostics.map(({ message }) => message)).toEqual([
    "Behind the Ingress every client seems to come from its address: proxy.trusted is empty",
    expect.stringContaining("docker.tag is latest"),
  ]);
  expect(await readFile(path.join(folder, "out/kubernetes/deployment.yaml"), "utf8")).toContain(
    "image: registry.example.com/loud:latest",
  );
});

test("observability: a folder with a compose file, and how the image comes to be", async () => {
  const built = await build("--target", "observability");
  expect(built.files.map(({ file }) => path.relative(folder, file))).toContain(
    "out/observability/compose.yaml",
  );
  expect(commandsOf(built)).toEqual([
    "holdfast build --target docker",
    "docker build -t registry.example.com/loud:latest out/docker",
    "docker compose -f out/observability/compose.yaml up -d",
  ]);
});

test("an app with errors is not built, and what was built before stays", async () => {
  await build();
  const broken = await makeFolder({ "app.ts": "export default 1;" });
  const { code, stderr } = await runHoldfast(["build", broken, "--out", path.join(folder, "out")], folder);
  expect(code).toBe(1);
  expect(stderr).toContain("APP_NO_DEFAULT_EXPORT");
  expect(await readdir(path.join(folder, "out"))).toContain("loud.holdfast");
  await removeFolder(broken);
});
