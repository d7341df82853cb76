import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { AppModel } from "../../../model/app-model.ts";
import type { Diagnostic } from "../../../model/diagnostic.ts";
import type { ServerConfiguration } from "../../../model/server-configuration.ts";
import type { BuiltArchive } from "../archive/build-archive.ts";
import type { ArtefactFile } from "../artefact.ts";
import { writeContainerConfiguration } from "../container/container-configuration.ts";
import { planContainer, type ContainerPlan } from "../container/container-plan.ts";
import { readHoldfast } from "../container/holdfast-files.ts";
import { writeCompose } from "./compose.ts";
import { sbomName, writeDockerfile } from "./dockerfile.ts";
import { writeSbom } from "./sbom.ts";

export interface DockerArtefact {
  readonly files: readonly ArtefactFile[];
  /** Warnings. */
  readonly diagnostics: readonly Diagnostic[];
  readonly container: ContainerPlan;
}

export interface DockerParts {
  readonly model: AppModel;
  readonly configuration: ServerConfiguration;
  readonly archive: Pick<BuiltArchive, "bytes" | "packages">;
  /** Absolute path of the app's folder, whose `package.json` may say a licence. */
  readonly appDir: string;
  /** The version of Holdfast. */
  readonly version: string;
}

/** A folder for `docker build`, with the app's archive, the Holdfast that built it, and a compose file. */
export async function writeDocker(parts: DockerParts): Promise<DockerArtefact> {
  const { model, configuration, archive, appDir, version } = parts;
  const container = planContainer(model, configuration);
  const holdfast = await readHoldfast({
    traces: configuration.traces.enabled,
    lambdaImage: model.functions.some(
      ({ code, runtime }) => code.kind === "handler" && runtime.startsWith("nodejs"),
    ),
  });
  const { base, tag } = configuration.docker;
  const app = model.app.name;
  const license = await readLicense(appDir);
  const dockerfile = writeDockerfile({
    container,
    app,
    base,
    tag,
    license,
    version,
    revision: createHash("sha256").update(archive.bytes).digest("hex").slice(0, 16),
    tls: configuration.tls.certificate !== undefined,
  });
  const sbom = writeSbom({
    app,
    tag,
    license,
    holdfast: { version, license: holdfast.license },
    installed: holdfast.packages,
    bundled: archive.packages,
  });
  return {
    container,
    diagnostics: findOmissions(model),
    files: [
      { path: ".dockerignore", content: "*\n!app.holdfast\n!holdfast\n!holdfast.yaml\n!sbom.cdx.json\n" },
      { path: "Dockerfile", content: dockerfile },
      { path: "app.holdfast", content: archive.bytes },
      { path: "compose.yaml", content: writeCompose(model, configuration, container) },
      { path: "holdfast.yaml", content: writeContainerConfiguration(container, configuration) },
      { path: sbomName, content: sbom },
      ...holdfast.files.map((file) => ({ ...file, path: `holdfast/${file.path}` })),
    ],
  };
}

/** The usual base images have Node and nothing else. */
function findOmissions({ functions }: AppModel): readonly Diagnostic[] {
  const python = functions.filter(({ runtime }) => runtime.startsWith("python")).map(({ name }) => name);
  if (python.length === 0) return [];
  return [
    {
      severity: "warning",
      code: "ARTEFACT_INCOMPLETE",
      message: `Functions in Python need it in the image: ${python.join(", ")}`,
      hint: "Give a base image with Node and Python in docker.base.",
    },
  ];
}

async function readLicense(appDir: string): Promise<string | undefined> {
  try {
    const { license } = JSON.parse(await readFile(path.join(appDir, "package.json"), "utf8")) as {
      license?: unknown;
    };
    return typeof license === "string" ? license : undefined;
  } catch {
    return undefined;
  }
}
