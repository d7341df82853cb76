import { comparePatterns, matchPath, parsePathPattern, type PathPattern } from "../model/path-pattern.ts";
import type { Gateway } from "./gateway.ts";

/** Where a gateway answers on a listener. */
export interface Mount {
  readonly gateway: Pick<Gateway, "open">;
  /** `stage`: API Gateway's place, `/dev`. `path`: the place of an API with a path of its own, a path pattern. */
  readonly kind: "stage" | "path";
  readonly path: string;
}

/** Finds gateways by the request's path: socket paths first, the most specific before others, then stages. */
export class MountTable {
  readonly #paths: readonly { readonly mount: Mount; readonly pattern: PathPattern }[];
  readonly #stages: ReadonlyMap<string, Mount>;

  /** Throws `PATH_INVALID`. */
  constructor(mounts: readonly Mount[]) {
    this.#paths = mounts
      .filter(({ kind }) => kind === "path")
      .map((mount) => ({ mount, pattern: parsePathPattern(mount.path) }))
      .toSorted((a, b) => comparePatterns(a.pattern, b.pattern));
    this.#stages = new Map(mounts.filter(({ kind }) => kind === "stage").map((mount) => [mount.path, mount]));
  }

  find(path: string): FoundMount | undefined {
    for (const { mount, pattern } of this.#paths) {
      const pathParameters = matchPath(pattern, path);
      if (pathParameters === undefined) continue;
      return { mount, ...(Object.keys(pathParameters).length > 0 && { pathParameters }) };
    }
    const mount = this.#stage(path);
    return mount && { mount };
  }

  /** Whether this is the place of a stage, which answers nothing but handshakes. */
  isStage(path: string): boolean {
    return this.#stage(path) !== undefined;
  }

  /** Exactly the stage, or with one slash behind it: API Gateway refuses a path after the stage. */
  #stage(path: string): Mount | undefined {
    return this.#stages.get(path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path);
  }
}

export interface FoundMount {
  readonly mount: Mount;
  /** Present when the mount's path has `{name}` segments. */
  readonly pathParameters?: Readonly<Record<string, string>>;
}

/** Splits a request's target; undefined when it is no path. */
export function splitTarget(
  target: string | undefined,
): { readonly path: string; readonly search: string } | undefined {
  if (target === undefined || !target.startsWith("/")) return undefined;
  const mark = target.indexOf("?");
  return mark === -1
    ? { path: target, search: "" }
    : { path: target.slice(0, mark), search: target.slice(mark + 1) };
}
