/** A request's target in its two parts, as they came. */
export interface RequestTarget {
  readonly path: string;
  /** Without the question mark. */
  readonly search: string;
}

export function splitRequestTarget(target: string): RequestTarget {
  const mark = target.indexOf("?");
  return mark === -1
    ? { path: target, search: "" }
    : { path: target.slice(0, mark), search: target.slice(mark + 1) };
}

/** The same; undefined when it is no path. */
export function splitTarget(target: string | undefined): RequestTarget | undefined {
  return target?.startsWith("/") === true ? splitRequestTarget(target) : undefined;
}
