import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { sampleFunction, sampleModel } from "../../../../test/model/sample-model.ts";
import type { AppModel } from "../../../model/app-model.ts";
import { defaultServerConfiguration, type ServerConfiguration } from "../../../model/server-configuration.ts";
import { writeDocker, type DockerArtefact } from "./write-docker.ts";

let appDir: string;
beforeEach(async () => {
  appDir = await mkdtemp(path.join(tmpdir(), "holdfast-docker-"));
  await writeFile(path.join(appDir, "package.json"), '{ "license": "MIT" }');
});
afterEach(() => rm(appDir, { recursive: true, force: true }));

const model: AppModel = {
  ...sampleModel,
  app: { name: "My_Chat", port: 9090 },
  functions: [],
  secrets: [{ name: "KEY" }],
};
const plain: ServerConfiguration = { ...defaultServerConfiguration, stateDir: "/home/me/.holdfast" };
const everything: ServerConfiguration = {
  ...plain,
  port: 8443,
  tls: { certificate: "/home/me/tls.crt", key: "/home/me/tls.key" },
  management: { credentials: "/home/me/keys.json" },
  metrics: { ...plain.metrics, enabled: true },
  traces: { ...plain.traces, enabled: true, headers: { authorization: "secret" } },
  docker: { registry: "registry.example.com", image: "talk", tag: "1.2.3", base: "example.com/node:24" },
};

const write = (configuration: ServerConfiguration, of: AppModel = model): Promise<DockerArtefact> =>
  writeDocker({
    model: of,
    configuration,
    archive: {
      bytes: Buffer.from("archive"),
      packages: [{ name: "@a/b", version: "1.0.0", license: "ISC" }],
    },
    appDir,
    version: "0.1.0",
  });

function textOf({ files }: DockerArtefact, name: string): string {
  const content = files.find((file) => file.path === name)?.content ?? "";
  return typeof content === "string" ? content : Buffer.from(content).toString();
}

/** The image's own instructions, without those of the stage before. */
function instructionsOf(artefact: DockerArtefact): ReadonlyMap<string, string> {
  const all = DockerfileParser.parse(textOf(artefact, "Dockerfile")).getInstructions();
  const last = all.findLastIndex((one) => one.getKeyword() === "FROM");
  return new Map(all.slice(last).map((one) => [one.getKeyword(), one.getRawArgumentsContent() ?? ""]));
}

interface Compose {
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly volumes: object;
}

test("the image's process is nobody, hears signals itself, and says whether it is well", async () => {
  const instructions = instructionsOf(await write(plain));
  expect(instructions.get("USER")).toBe("10001:10001");
  expect(instructions.get("STOPSIGNAL")).toBe("SIGTERM");
  expect(JSON.parse(instructions.get("ENTRYPOINT") ?? "")).toEqual(["node", "/opt/holdfast/bin/holdfast.js"]);
  expect(JSON.parse(instructions.get("CMD") ?? "")).toEqual([
    "serve",
    "/app/My_Chat.holdfast",
    "--config",
    "/etc/holdfast/holdfast.yaml",
  ]);
  expect(instructions.get("EXPOSE")).toBe("9090");
  expect(instructions.get("VOLUME")).toBe("/var/lib/holdfast");
  expect(instructions.get("HEALTHCHECK")).toContain("http://127.0.0.1:9090/health/live");
  expect(instructions.has("RUN")).toBe(false);
});

test("base image, labels and ports are those of the configuration", async () => {
  const artefact = await write(everything);
  const dockerfile = DockerfileParser.parse(textOf(artefact, "Dockerfile"));
  expect(dockerfile.getInitialARGs()[0]?.getProperty()?.getValue()).toBe("example.com/node:24");
  const labels = Object.fromEntries(
    dockerfile
      .getInstructions()
      .filter((one) => one.getKeyword() === "LABEL")
      .flatMap((one) =>
        (
          one as unknown as { getProperties(): { getName(): string; getValue(): string | null }[] }
        ).getProperties(),
      )
      .map((one) => [one.getName(), one.getValue()]),
  );
  expect(labels).toMatchObject({
    "org.opencontainers.image.title": "My_Chat",
    "org.opencontainers.image.version": "1.2.3",
    "org.opencontainers.image.licenses": "MIT",
    "org.opencontainers.image.base.name": "example.com/node:24",
    "holdfast.version": "0.1.0",
  });
  expect(instructionsOf(artefact).get("EXPOSE")).toBe("8443 9797");
  expect(instructionsOf(artefact).get("HEALTHCHECK")).toContain("https://127.0.0.1:8443/health/live");
  expect(artefact.container.image).toBe("registry.example.com/talk:1.2.3");
});

test("every file that is copied is there, and is not ignored", async () => {
  const artefact = await write(everything);
  const ignored = textOf(artefact, ".dockerignore").split("\n");
  const copied = [
    ...textOf(artefact, "Dockerfile").matchAll(/^COPY (?!--from)(?<sources>.+) \S+$/gm),
  ].flatMap(({ groups }) => groups?.["sources"]?.split(" ") ?? []);
  expect(copied.length).toBeGreaterThan(4);
  const isThere = (source: string): boolean => artefact.files.some((file) => file.path.startsWith(source));
  const isIgnored = (source: string): boolean => !ignored.includes(`!${source.split("/")[0]}`);
  expect(copied.filter((source) => !isThere(source) || isIgnored(source))).toEqual([]);
});

test("the lock installs what Holdfast needs, and packages that the app needs besides", async () => {
  const lockOf = (artefact: DockerArtefact): Readonly<Record<string, { optional?: true }>> =>
    (
      JSON.parse(textOf(artefact, "holdfast/package-lock.json")) as {
        packages: Record<string, { optional?: true }>;
      }
    ).packages;
  const least = lockOf(await write(plain));
  expect(Object.keys(least)).toContain("node_modules/ws");
  expect(Object.keys(least).filter((name) => /aws|sdk-trace|vitest|typescript/.test(name))).toEqual([]);
  expect(least["node_modules/@esbuild/linux-x64"]?.optional).toBe(true);
  expect(Object.keys(lockOf(await write(everything))).join()).toContain("@opentelemetry/sdk-trace-base");

  const lambda = sampleFunction({
    name: "one",
    code: { kind: "handler", dir: "src", handler: "index.handler" },
    runtime: "nodejs24.x",
  });
  const template = await write(plain, { ...model, functions: [lambda] });
  expect(Object.keys(lockOf(template))).toContain("node_modules/@aws-sdk/client-dynamodb");
  expect(textOf(template, "holdfast/node_modules/holdfast-lambda-image/package.json")).toContain(
    "holdfast-lambda-image",
  );
});

test("the compose file locks the container up, and gives it the time to drain", async () => {
  const { services, volumes } = parse(textOf(await write(everything), "compose.yaml")) as Compose;
  expect(volumes).toEqual({ state: {} });
  expect(services).toMatchObject({
    "my-chat": {
      image: "registry.example.com/talk:1.2.3",
      build: ".",
      init: true,
      restart: "unless-stopped",
      read_only: true,
      cap_drop: ["ALL"],
      stop_grace_period: "40s",
      ports: ["8443:8443", "127.0.0.1:9797:9797"],
      volumes: [
        "state:/var/lib/holdfast",
        "/home/me/tls.crt:/run/secrets/holdfast-tls/tls.crt:ro",
        "/home/me/tls.key:/run/secrets/holdfast-tls/tls.key:ro",
        "/home/me/keys.json:/run/secrets/holdfast-credentials/credentials.json:ro",
      ],
      environment: ["KEY", "HOLDFAST_TRACES_HEADERS"],
    },
  });
});

test("nothing of a header's value is in the image", async () => {
  const { files } = await write(everything);
  const own = files.filter(({ path: name }) => !name.startsWith("holdfast/"));
  expect(own.map(({ content }) => Buffer.from(content).toString()).join("\n")).not.toContain('"secret"');
  expect(parse(textOf(await write(everything), "holdfast.yaml"))).not.toHaveProperty("traces.headers");
});

test("the list of packages names those of Holdfast and of the app, once each, with licences and checksums", async () => {
  const sbom = JSON.parse(textOf(await write(plain), "sbom.cdx.json")) as {
    components: { purl: string; licenses?: unknown; hashes?: { content: string }[] }[];
  };
  const purls = sbom.components.map(({ purl }) => purl);
  expect(purls).toContain("pkg:npm/%40a/b@1.0.0");
  expect(purls).toContain("pkg:npm/holdfast@0.1.0");
  expect(new Set(purls).size).toBe(purls.length);
  const ws = sbom.components.find(({ purl }) => purl.startsWith("pkg:npm/ws@"));
  expect(ws?.licenses).toEqual([{ expression: "MIT" }]);
  expect(ws?.hashes?.[0]?.content).toMatch(/^[0-9a-f]{128}$/);
});

test("the same app gives the same files", async () => {
  expect(await write(everything)).toEqual(await write(everything));
});

test("functions in Python are warned of, for which the base image has nothing", async () => {
  const python = sampleFunction({
    name: "snake",
    code: { kind: "handler", dir: ".", handler: "a.b" },
    runtime: "python3.12",
  });
  const { diagnostics } = await write(plain, { ...model, functions: [python] });
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "Functions in Python need it in the image: snake",
  ]);
});
