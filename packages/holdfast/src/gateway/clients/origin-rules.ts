/**
 * Whose pages may connect. A browser says with each handshake which origin its page has; whoever says nothing is no
 * browser, and passes. A list counts for all pages, those that this server itself serves included: its own public origin
 * is then to be listed as well.
 */
export class OriginRules {
  readonly #exact: ReadonlySet<string>;
  readonly #families: readonly OriginFamily[];

  /** `https://example.com` stands for itself, `https://*.example.com` for every name below. Empty: all may. */
  constructor(origins: readonly string[]) {
    const given = origins.map((origin) => origin.toLowerCase());
    this.#exact = new Set(given.filter((origin) => !origin.includes("*")));
    this.#families = given.flatMap((origin) => {
      const [scheme, suffix] = origin.split("*");
      return scheme === undefined || suffix === undefined ? [] : [{ scheme, suffix }];
    });
  }

  /** Several origins in one header come as a list, which is no origin. */
  allows(header: string | undefined): boolean {
    if (header === undefined || (this.#exact.size === 0 && this.#families.length === 0)) return true;
    const origin = header.toLowerCase();
    return this.#exact.has(origin) || this.#families.some((family) => isOf(origin, family));
  }
}

interface OriginFamily {
  /** `https://` */
  readonly scheme: string;
  /** `.example.com`, with a port where one is given. */
  readonly suffix: string;
}

function isOf(origin: string, { scheme, suffix }: OriginFamily): boolean {
  if (!origin.startsWith(scheme) || !origin.endsWith(suffix)) return false;
  return /^[\w-]+(?:\.[\w-]+)*$/.test(origin.slice(scheme.length, -suffix.length));
}
