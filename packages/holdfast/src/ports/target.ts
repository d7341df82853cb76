import type { Diagnostic } from "../model/diagnostic.ts";

/** A running app, as a target that runs apps hands it out. */
export interface RunningApp {
  readonly websockets: readonly { readonly name: string; readonly url: string }[];
  /** The base URL of HTTP routes and static files. */
  readonly http: string;
  readonly functions: readonly string[];
  /** What the app's template says about it, with the URLs that its APIs have here. */
  readonly outputs: readonly {
    readonly name: string;
    readonly value: string;
    readonly description?: string;
  }[];
  /** Warnings about the app; errors keep it from starting. */
  readonly diagnostics: readonly Diagnostic[];
  stop(): Promise<void>;
}
