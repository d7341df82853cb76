import { readExecuteApiHost } from "../model/aws-hosts.ts";
import { comparePatterns, matchPath, parsePathPattern, type PathPattern } from "../model/path-pattern.ts";
import type { Gateway } from "./gateway.ts";

/** Where a gateway answers on a listener. */
export interface Mount {
  readonly gateway: Pick<Gateway, "open">;
  /**
   * `stage`: API Gateway's place, `/dev`. `path`: the place of an API with a path of its own, a path pattern.
   * `host`: a stage again, on the API's name on AWS only.
   */
  readonly kind: "stage" | "path" | "host";
  readonly path: string;
  /** Whose name a `host` has: `{apiId}.execute-api.{region}.amazonaws.com`, in any region. */
  readonly apiId?: string;
}

/**
 * Finds gateways by the request's host name and path: names of APIs on AWS first, then socket paths, the most specific
 * before others, then stages.
 */
export class MountTable {
  readonly #paths: readonly { readonly mount: Mount; readonly pattern: PathPattern }[];
  readonly #stages: ReadonlyMap<string, Mount>;
  readonly #hosts: ReadonlyMap<string, readonly Mount[]>;

  readonly #httpApis: ReadonlySet<string>;

  /** `httpApis`: ids of APIs without sockets, which have a name on AWS as well. Throws `PATH_INVALID`. */
  constructor(mounts: readonly Mount[], httpApis: readonly string[] = []) {
    this.#httpApis = new Set(httpApis);
    this.#paths = mounts
      .filter(({ kind }) => kind === "path")
      .map((mount) => ({ mount, pattern: parsePathPattern(mount.path) }))
      .toSorted((a, b) => comparePatterns(a.pattern, b.pattern));
    this.#stages = new Map(mounts.filter(({ kind }) => kind === "stage").map((mount) => [mount.path, mount]));
    this.#hosts = Map.groupBy(
      mounts.filter(({ kind }) => kind === "host"),
      ({ apiId }) => apiId ?? "",
    );
  }

  /** The ids of the APIs that have a name on AWS. */
  get apiIds(): readonly string[] {
    return [...this.#hosts.keys(), ...this.#httpApis];
  }

  /** Where APIs are found whatever host is asked for, as they were mounted. */
  get places(): readonly string[] {
    return [...this.#paths.map(({ mount }) => mount.path), ...this.#stages.keys()];
  }

  /** Whether a host name, in lower case, is an API's name on AWS, of an API that is not here. */
  isForeignApi(host: string): boolean {
    const named = readExecuteApiHost(host);
    return named !== undefined && !this.#hosts.has(named.apiId) && !this.#httpApis.has(named.apiId);
  }

  /** Whether a host name, in lower case, is that of an API without sockets. */
  isHttpApi(host: string): boolean {
    return this.#httpApis.has(readExecuteApiHost(host)?.apiId ?? "");
  }

  /** `host` is in lower case. On an API's name on AWS nothing but its stage is found. */
  find(path: string, host: string): FoundMount | undefined {
    const named = readExecuteApiHost(host);
    if (named !== undefined) return this.#onHost(named.apiId, path);
    for (const { mount, pattern } of this.#paths) {
      const pathParameters = matchPath(pattern, path);
      if (pathParameters === undefined) continue;
      return { mount, ...(Object.keys(pathParameters).length > 0 && { pathParameters }) };
    }
    const mount = this.#stage(path);
    return mount && { mount };
  }

  /** Whether this is the place of a stage, which answers nothing but handshakes. */
  isStage(path: string, host: string): boolean {
    const named = readExecuteApiHost(host);
    return (named === undefined ? this.#stage(path) : this.#onHost(named.apiId, path)) !== undefined;
  }

  #onHost(apiId: string, path: string): FoundMount | undefined {
    const mount = this.#hosts.get(apiId)?.find((one) => one.path === withoutLastSlash(path));
    return mount && { mount };
  }

  /** Exactly the stage, or with one slash behind it: API Gateway refuses a path after the stage. */
  #stage(path: string): Mount | undefined {
    return this.#stages.get(withoutLastSlash(path));
  }
}

function withoutLastSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

export interface FoundMount {
  readonly mount: Mount;
  /** Present when the mount's path has `{name}` segments. */
  readonly pathParameters?: Readonly<Record<string, string>>;
}
