import { HoldfastError } from "../../base/errors.ts";
import type { LogLevel } from "../../base/log.ts";
import type { LogLevelChanges, LogLevels, LogLevelSettings } from "../../ports/log-levels.ts";
import { componentOf, isLogComponent, logComponents, type LogComponent } from "./components.ts";

/** From the lightest on. */
export const logLevels = ["debug", "info", "warn", "error"] as const satisfies readonly LogLevel[];

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

export interface LevelFilterOptions {
  readonly level?: LogLevel;
  readonly levels?: Readonly<Record<string, LogLevel>>;
}

/** Which lines are shown: those of a component's level and graver ones. */
export class LevelFilter implements LogLevels {
  #level: LogLevel;
  #own: ReadonlyMap<LogComponent, LogLevel> = new Map();

  /** Throws `OPTION_INVALID` for a component that there is not. */
  constructor({ level = "info", levels = {} }: LevelFilterOptions = {}) {
    this.#level = level;
    this.set({ levels });
  }

  allows(level: LogLevel, event: string): boolean {
    const own = this.#own.size === 0 ? undefined : this.#own.get(componentOf(event) as LogComponent);
    return ranks[level] >= ranks[own ?? this.#level];
  }

  get(): LogLevelSettings {
    const components = (Object.keys(logComponents) as LogComponent[]).map((component) => {
      const own = this.#own.get(component);
      return {
        component,
        about: logComponents[component],
        level: own ?? this.#level,
        isOwn: own !== undefined,
      };
    });
    return { level: this.#level, components };
  }

  set({ level, levels = {} }: LogLevelChanges): void {
    const own = new Map(this.#own);
    for (const [component, given] of Object.entries(levels)) {
      if (!isLogComponent(component)) throw unknownComponent(component);
      if (given === "default") own.delete(component);
      else own.set(component, readLogLevel(given));
    }
    if (level !== undefined) this.#level = readLogLevel(level);
    this.#own = own;
  }
}

/** Throws `OPTION_INVALID`. */
function readLogLevel(given: string): LogLevel {
  const level = logLevels.find((one) => one === given);
  if (level !== undefined) return level;
  throw new HoldfastError("OPTION_INVALID", `There is no log level ${JSON.stringify(given)}`, {
    hint: `Choose one of: ${logLevels.join(", ")}; for a component also default.`,
  });
}

function unknownComponent(name: string): HoldfastError {
  return new HoldfastError("OPTION_INVALID", `The log has no component ${JSON.stringify(name)}`, {
    hint: `Its components are ${Object.keys(logComponents).join(", ")}.`,
  });
}
