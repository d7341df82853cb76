import type { LogLevel } from "../base/log.ts";

/** Which lines of the log are shown, changeable while the app runs. */
export interface LogLevels {
  get(): LogLevelSettings;
  /**
   * All of the changes or, when one is not understood, none. A component's level counts until `default` takes it back.
   * Throws `OPTION_INVALID`.
   */
  set(changes: LogLevelChanges): void;
}

export interface LogLevelSettings {
  /** For components without a level of their own. */
  readonly level: LogLevel;
  readonly components: readonly ComponentLevel[];
}

export interface ComponentLevel {
  /** The first word of an event's name, such as `gateway`. */
  readonly component: string;
  readonly about: string;
  /** What counts. */
  readonly level: LogLevel;
  /** Whether it is the component's own. */
  readonly isOwn: boolean;
}

export interface LogLevelChanges {
  readonly level?: string;
  /** A level, or `default`, by component. */
  readonly levels?: Readonly<Record<string, string>>;
}
