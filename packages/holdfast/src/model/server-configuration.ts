import type { LogLevel } from "../base/log.ts";

/** How `holdfast serve` runs an app, and what `holdfast build` writes about that. Plain data; every value is set. */
export interface ServerConfiguration {
  readonly stage: string;
  /** The address to listen on. */
  readonly host: string;
  /** Absent: the one that the app asks for. */
  readonly port?: number;
  /** The folder of all that outlives the process. Absolute. */
  readonly stateDir: string;
  /** Where clients reach the app, such as `https://chat.example.com`; absent: where it listens. */
  readonly publicUrl?: string;
  readonly tls: TlsConfiguration;
  readonly proxy: ProxyConfiguration;
  readonly management: ManagementConfiguration;
  /** Origins whose pages may connect, such as `https://example.com` or `https://*.example.com`; empty: all may. */
  readonly origins: readonly string[];
  readonly limits: ServerLimits;
  readonly drain: DrainConfiguration;
  readonly metrics: MetricsConfiguration;
  readonly traces: TracesConfiguration;
  readonly logs: LogsConfiguration;
  readonly docker: DockerConfiguration;
  readonly kubernetes: KubernetesConfiguration;
}

/** Paths of PEM files, read again when they change. Without them the port speaks no TLS. Absolute; both or neither. */
export interface TlsConfiguration {
  readonly certificate?: string;
  readonly key?: string;
}

export interface ProxyConfiguration {
  /** Addresses and networks (CIDR) of proxies whose `X-Forwarded-*` and PROXY headers are believed; empty: nobody's are. */
  readonly trusted: readonly string[];
  /** Whether each connection from a trusted proxy begins with a PROXY header, of version 1 or 2. */
  readonly protocol: boolean;
}

export interface ManagementConfiguration {
  /** A JSON list of credentials whose signatures `@connections` and IAM routes take, read again when it changes. Absolute. */
  readonly credentials?: string;
}

/** 0 stands for no limit, where one may be left out. */
export interface ServerLimits {
  /** Open at a time; more handshakes are refused with 503. */
  readonly connections: number;
  /** Open at a time from one address; more are refused with 429. */
  readonly connectionsPerAddress: number;
  /** Handshakes from one address, per second, on average and as a burst. */
  readonly handshakesPerSecondPerAddress: number;
  /** Messages and control frames of one connection, per second, on average and as a burst of twice that; more are waited with, not lost. */
  readonly messagesPerSecondPerConnection: number;
  /** The headers of a request, in bytes; longer ones are answered with 431. */
  readonly headerBytes: number;
  /** The body of a request, in bytes; longer ones are answered with 413. */
  readonly bodyBytes: number;
  /** What may wait for a client that does not read, in bytes; above it the client is dropped. */
  readonly outboxBytes: number;
}

/** The end of a process, from SIGTERM on. */
export interface DrainConfiguration {
  /** For all of it; what is not done by then is given up. */
  readonly graceMs: number;
  /** Over how long clients are closed, spread evenly. */
  readonly windowMs: number;
  readonly closeCode: number;
  readonly closeReason: string;
}

export interface MetricsConfiguration {
  readonly enabled: boolean;
  /** A port of their own, with `/metrics`; 0 for the app's own port. */
  readonly port: number;
  /** The address to listen on; only for a port of their own. */
  readonly host: string;
}

export interface TracesConfiguration {
  readonly enabled: boolean;
  /** Where spans go, as OTLP over HTTP: the whole URL, such as `http://localhost:4318/v1/traces`. */
  readonly endpoint: string;
  /** Headers of each export, such as an API key's. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the service is called; absent: the app's name. */
  readonly serviceName?: string;
  readonly sampler: SamplerConfiguration;
  readonly flushIntervalMs: number;
  /** How many spans may wait; more are dropped, and counted. */
  readonly bufferSpans: number;
}

/**
 * Jaeger's names. `const`: 0 for none, 1 for all. `probabilistic`: the share, from 0 to 1. `ratelimiting`: traces per second.
 * A trace that began elsewhere is sampled as it was there.
 */
export interface SamplerConfiguration {
  readonly type: "const" | "probabilistic" | "ratelimiting";
  readonly parameter: number;
}

export interface LogsConfiguration {
  /** `pretty` for people, `ecs` for JSON lines with the fields of Elastic's common schema; `auto`: pretty on a terminal. */
  readonly format: "auto" | "pretty" | "ecs";
  /** For what `levels` does not name. */
  readonly level: LogLevel;
  /** By component: the first word of an event's name, such as `gateway`. */
  readonly levels: Readonly<Record<string, LogLevel>>;
  readonly access: AccessLogConfiguration;
}

export interface AccessLogConfiguration {
  readonly enabled: boolean;
  /** With `$context` variables; absent: one of our own. An API that has a format of its own keeps that. */
  readonly format?: string;
}

export interface DockerConfiguration {
  /** Such as `registry.example.com`; absent: none. */
  readonly registry?: string;
  /** Absent: the app's name. */
  readonly image?: string;
  readonly tag: string;
  /** What the image is built upon. */
  readonly base: string;
}

export interface KubernetesConfiguration {
  /** Of all objects; absent: the app's name. */
  readonly name?: string;
  readonly namespace?: string;
  readonly service: {
    readonly type: "ClusterIP" | "NodePort";
    /** Absent: as the objects. */
    readonly name?: string;
    /** From 30000 to 32767; absent: any. */
    readonly nodePort?: number;
  };
  readonly ingress: {
    /** Absent: there is no Ingress. */
    readonly host?: string;
    readonly path: string;
    readonly className?: string;
    /** The name of a Secret with the certificate. */
    readonly tlsSecret?: string;
  };
  /** The name of a Secret whose entries are given to the app as environment variables. */
  readonly secret?: string;
  /** Such as `1Gi`. */
  readonly storage: string;
  readonly storageClass?: string;
  readonly cpu: string;
  readonly memory: string;
  readonly memoryLimit: string;
}

/** What counts where nobody says otherwise. The state folder and what is absent here have no value of their own. */
export const defaultServerConfiguration: Omit<ServerConfiguration, "stateDir"> = {
  stage: "production",
  host: "0.0.0.0",
  tls: {},
  proxy: { trusted: [], protocol: false },
  management: {},
  origins: [],
  limits: {
    connections: 18_000,
    connectionsPerAddress: 0,
    handshakesPerSecondPerAddress: 0,
    messagesPerSecondPerConnection: 0,
    headerBytes: 16_384,
    bodyBytes: 10 * 1024 * 1024,
    outboxBytes: 4 * 1024 * 1024,
  },
  drain: { graceMs: 30_000, windowMs: 10_000, closeCode: 1012, closeReason: "Service Restart" },
  metrics: { enabled: false, port: 9797, host: "0.0.0.0" },
  traces: {
    enabled: false,
    endpoint: "http://localhost:4318/v1/traces",
    headers: {},
    sampler: { type: "const", parameter: 1 },
    flushIntervalMs: 2000,
    bufferSpans: 2048,
  },
  logs: { format: "auto", level: "info", levels: {}, access: { enabled: false } },
  docker: { tag: "latest", base: "node:24-bookworm-slim" },
  kubernetes: {
    service: { type: "ClusterIP" },
    ingress: { path: "/" },
    storage: "1Gi",
    cpu: "250m",
    memory: "256Mi",
    memoryLimit: "1Gi",
  },
};
