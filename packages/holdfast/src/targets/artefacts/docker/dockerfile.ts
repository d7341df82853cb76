import { containerPaths, containerUser, type ContainerPlan } from "../container/container-plan.ts";

export interface DockerfileParts {
  readonly container: ContainerPlan;
  readonly app: string;
  readonly base: string;
  /** The image's tag, which stands for the app's version. */
  readonly tag: string;
  /** The archive's checksum: of what the image was made, where nobody says it better. */
  readonly revision: string;
  /** The app's licence, as far as it says one. */
  readonly license: string | undefined;
  /** The version of Holdfast. */
  readonly version: string;
  /** Whether the app's port speaks TLS. */
  readonly tls: boolean;
}

/** Two stages: npm and its cache stay in the first. */
export function writeDockerfile(parts: DockerfileParts): string {
  const { container, base } = parts;
  const { holdfast, app, configuration, state } = containerPaths;
  const ports = [container.port, container.metricsPort].filter((port) => port !== undefined);
  return `# Written by holdfast build, which writes it anew: change holdfast.yaml instead.
ARG BASE=${base}

FROM \${BASE} AS install
WORKDIR ${holdfast}
COPY holdfast/package.json holdfast/package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund --no-update-notifier
COPY holdfast/ ./
RUN mkdir /state

FROM \${BASE}
ARG REVISION=${parts.revision}
${labels(parts)}
COPY --from=install ${holdfast} ${holdfast}
# A new volume takes over whose it is.
COPY --from=install --chown=${containerUser}:${containerUser} /state ${state}
COPY ${sbomName} ${sbomPath}
COPY holdfast.yaml ${configuration}
COPY app.holdfast ${container.archive}
# Nobody has this number in the base image: a home is where anybody may write.
ENV NODE_ENV=production HOME=/tmp
WORKDIR ${app}
USER ${containerUser}:${containerUser}
VOLUME ${state}
EXPOSE ${ports.join(" ")}
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ${JSON.stringify(healthCommand(parts))}
ENTRYPOINT ["node", "${holdfast}/bin/holdfast.js"]
CMD ["serve", "${container.archive}", "--config", "${configuration}"]
`;
}

export const sbomName = "sbom.cdx.json";
const sbomPath = `${containerPaths.holdfast}/${sbomName}`;

/** Asks the app itself; its certificate is for another name than the one it is asked by here. */
export function healthCommand({
  container,
  tls,
  what = "live",
}: Pick<DockerfileParts, "container" | "tls"> & { readonly what?: "live" | "ready" }): readonly string[] {
  const url = `${tls ? "https" : "http"}://127.0.0.1:${container.port}/health/${what}`;
  const insecure = tls ? ", { rejectUnauthorized: false }" : "";
  const script =
    `require("node:${tls ? "https" : "http"}").get("${url}"${insecure}, ` +
    `({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on("error", () => process.exit(1))`;
  return ["node", "-e", script];
}

/** What images say of themselves (OCI's annotations), and where the list of their packages is. */
function labels({ app, base, tag, license, version }: DockerfileParts): string {
  const all: readonly (readonly [string, string])[] = [
    ["org.opencontainers.image.title", app],
    ["org.opencontainers.image.version", tag],
    ["org.opencontainers.image.base.name", base],
    ...(license === undefined ? [] : [["org.opencontainers.image.licenses", license] as const]),
    ["holdfast.version", version],
    ["holdfast.sbom", sbomPath],
    ["holdfast.sbom.format", "CycloneDX 1.6"],
  ];
  const quoted = all.map(
    ([name, value]) => `${name}=${JSON.stringify(value).replaceAll("$", String.raw`\$`)}`,
  );
  return `LABEL ${[...quoted, 'org.opencontainers.image.revision="${REVISION}"'].join(" \\\n      ")}`;
}
