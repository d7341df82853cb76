import { logLevels } from "../../telemetry/logs/level-filter.ts";
import {
  bytes,
  duration,
  flag,
  list,
  mapOf,
  number,
  oneOf,
  wholeNumber,
  type Kind,
  type KindOf,
} from "./kinds.ts";
import type { SettingPath, SettingValue } from "./setting-path.ts";
import * as special from "./special-kinds.ts";

export interface Setting<K extends Kind = Kind> {
  readonly kind: K;
  /** What it does, on one line. */
  readonly about: string;
  /** What counts when nobody sets what has no default. */
  readonly otherwise?: string;
  /** Whether its values are kept out of all that is shown. */
  readonly isSecret?: true;
}

const level = oneOf(...logLevels);
const none = "none";

/**
 * All settings of `holdfast serve`. What is read from files, variables and flags, the help, and
 * `docs/reference/configuration.md` come from here; the defaults are in `model/server-configuration.ts`.
 */
export const settings: { readonly [Path in SettingPath]: Setting<KindOf<SettingValue<Path>>> } = {
  stage: {
    kind: special.stage,
    about: "The stage: the last part of the socket URL, and whose data it is",
  },
  host: { kind: special.listenAddress, about: "The address to listen on" },
  port: {
    kind: wholeNumber(0, 65_535),
    about: "The port to listen on; 0 for any free one",
    otherwise: "the app's",
  },
  stateDir: {
    kind: special.filePath,
    about: "The folder of all that outlives the process",
    otherwise: "`.holdfast` beside the app",
  },
  publicUrl: {
    kind: special.httpUrl,
    about: "Where clients reach the app, such as `https://chat.example.com`",
    otherwise: "where it listens",
  },
  "tls.certificate": {
    kind: special.filePath,
    about:
      "A PEM file with the certificate and those between it and its authority; read again when it changes",
    otherwise: "no TLS",
  },
  "tls.key": {
    kind: special.filePath,
    about: "A PEM file with the certificate's key; read again when it changes",
    otherwise: "no TLS",
  },
  "proxy.trusted": {
    kind: list(special.network),
    about: "Addresses and networks of proxies whose `X-Forwarded-*` and PROXY headers are believed",
  },
  "proxy.protocol": {
    kind: flag,
    about: "Whether each connection from a trusted proxy begins with a PROXY header, of version 1 or 2",
  },
  "management.credentials": {
    kind: special.filePath,
    about:
      "A JSON list of credentials whose signatures `@connections` and IAM routes take; read again when it changes",
    otherwise: none,
  },
  origins: {
    kind: list(special.origin),
    about: "Origins whose pages may connect, such as `https://*.example.com`; none: all may",
  },
  "limits.connections": {
    kind: wholeNumber(0),
    about: "Connections open at a time, more handshakes are refused with 503; 0 for no limit",
  },
  "limits.connectionsPerAddress": {
    kind: wholeNumber(0),
    about: "Connections open at a time from one address, more are refused with 429; 0 for no limit",
  },
  "limits.handshakesPerSecondPerAddress": {
    kind: wholeNumber(0),
    about: "Handshakes from one address, per second, on average and as a burst; 0 for no limit",
  },
  "limits.messagesPerSecondPerConnection": {
    kind: wholeNumber(0),
    about:
      "Messages and control frames of one connection, per second, on average and as a burst of twice that; more wait; 0 for no limit",
  },
  "limits.headerBytes": {
    kind: bytes(1024, 1024 ** 2),
    about: "The headers of a request; longer ones are answered with 431",
  },
  "limits.bodyBytes": {
    kind: bytes(1, 1024 ** 3),
    about: "The body of a request; longer ones are answered with 413",
  },
  "limits.outboxBytes": {
    kind: bytes(64 * 1024, 1024 ** 3),
    about: "What may wait for a client that does not read; above it the client is dropped",
  },
  "drain.graceMs": {
    kind: duration(1000, 3_600_000),
    about: "The time from SIGTERM to the end of the process; what is not done by then is given up",
  },
  "drain.windowMs": {
    kind: duration(0, 3_600_000),
    about: "Over how long clients are closed, spread evenly; shorter than `drain.graceMs`",
  },
  "drain.closeCode": { kind: special.closeCode, about: "What clients are closed with" },
  "drain.closeReason": { kind: special.closeReason, about: "The reason that goes with the close code" },
  "metrics.enabled": { kind: flag, about: "Whether there are metrics for Prometheus, at `/metrics`" },
  "metrics.port": {
    kind: wholeNumber(0, 65_535),
    about: "A port for the metrics alone; 0 for the app's own port",
  },
  "metrics.host": {
    kind: special.listenAddress,
    about: "The address to listen on with a port for the metrics alone",
  },
  "traces.enabled": { kind: flag, about: "Whether traces are sent" },
  "traces.endpoint": {
    kind: special.httpUrl,
    about: "Where spans go, as OTLP over HTTP: the whole URL",
  },
  "traces.headers": {
    kind: mapOf("map of texts", special.headerName, special.headerValue),
    about: "Headers of each export, such as an API key's; never shown",
    isSecret: true,
  },
  "traces.serviceName": {
    kind: special.oneLine,
    about: "What the service is called in traces",
    otherwise: "the app's name",
  },
  "traces.sampler.type": {
    kind: oneOf("const", "probabilistic", "ratelimiting"),
    about: "How traces are chosen that begin here",
  },
  "traces.sampler.parameter": {
    kind: number(0),
    about:
      "`const`: 0 for none, 1 for all; `probabilistic`: the share, from 0 to 1; `ratelimiting`: traces per second",
  },
  "traces.flushIntervalMs": {
    kind: duration(10, 3_600_000),
    about: "How long spans wait for others at most before they are sent",
  },
  "traces.bufferSpans": {
    kind: wholeNumber(1, 1_000_000),
    about: "How many spans may wait; more are dropped, and counted",
  },
  "logs.format": {
    kind: oneOf("auto", "pretty", "ecs"),
    about:
      "`pretty` for people, `ecs` for JSON lines with Elastic's common fields; `auto`: pretty on a terminal",
  },
  "logs.level": { kind: level, about: "The least that is logged, of what `logs.levels` does not name" },
  "logs.levels": {
    kind: mapOf("map of levels", special.component, level),
    about: "The least that is logged of a component: the first word of its events' names, such as `gateway`",
  },
  "logs.access.enabled": {
    kind: flag,
    about: "Whether there is a line for each handshake, message and end of a connection",
  },
  "logs.access.format": {
    kind: special.accessLogFormat,
    about: "That line, with `$context` variables, for APIs that have no format of their own",
    otherwise: "Holdfast's own",
  },
  "docker.registry": {
    kind: special.registry,
    about: "Where the image is pushed, such as `registry.example.com`",
    otherwise: none,
  },
  "docker.image": { kind: special.imageName, about: "The image's name", otherwise: "the app's name" },
  "docker.tag": { kind: special.imageTag, about: "The image's tag" },
  "docker.base": { kind: special.imageReference, about: "What the image is built upon" },
  "kubernetes.name": {
    kind: special.serviceName,
    about: "The name of all objects",
    otherwise: "the app's name",
  },
  "kubernetes.namespace": {
    kind: special.objectName,
    about: "The namespace of all objects",
    otherwise: "the one that `kubectl` uses",
  },
  "kubernetes.service.type": { kind: oneOf("ClusterIP", "NodePort"), about: "The Service's type" },
  "kubernetes.service.name": {
    kind: special.serviceName,
    about: "The Service's name",
    otherwise: "as the objects",
  },
  "kubernetes.service.nodePort": {
    kind: wholeNumber(30_000, 32_767),
    about: "The port on each node; only with the type NodePort",
    otherwise: "any",
  },
  "kubernetes.ingress.host": {
    kind: special.hostName,
    about: "The Ingress' host name",
    otherwise: "no Ingress",
  },
  "kubernetes.ingress.path": { kind: special.urlPath, about: "The Ingress' path" },
  "kubernetes.ingress.className": {
    kind: special.dottedName,
    about: "The Ingress' class",
    otherwise: "the cluster's",
  },
  "kubernetes.ingress.tlsSecret": {
    kind: special.dottedName,
    about: "The name of a Secret with the Ingress' certificate",
    otherwise: "no TLS",
  },
  "kubernetes.secret": {
    kind: special.dottedName,
    about: "The name of a Secret whose entries are given to the app as environment variables",
    otherwise: none,
  },
  "kubernetes.storage": { kind: special.quantity, about: "The size of the state folder's volume" },
  "kubernetes.storageClass": {
    kind: special.dottedName,
    about: "The volume's storage class",
    otherwise: "the cluster's",
  },
  "kubernetes.cpu": { kind: special.quantity, about: "The processor time that is asked for" },
  "kubernetes.memory": { kind: special.quantity, about: "The memory that is asked for" },
  "kubernetes.memoryLimit": { kind: special.quantity, about: "The memory above which the pod is ended" },
};

export const settingPaths: readonly SettingPath[] = Object.keys(settings) as SettingPath[];

export function settingOf(path: SettingPath): Setting {
  return settings[path];
}

export function isSettingPath(path: string): path is SettingPath {
  return Object.hasOwn(settings, path);
}

/** `limits.connectionsPerAddress` is `HOLDFAST_LIMITS_CONNECTIONS_PER_ADDRESS`. */
export function variableOf(path: string): string {
  return `HOLDFAST_${path
    .replaceAll(/[A-Z]/g, (letter) => `_${letter}`)
    .replaceAll(".", "_")
    .toUpperCase()}`;
}
